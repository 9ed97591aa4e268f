import type { routes } from '../../../../generated/openfactory/routes.ts'
import { canonicalEmail } from '../../../core/emails.ts'
import { signUpWithOrganization } from '../../../core/organizations.ts'
import { confirmPasswordReset, requestPasswordReset } from '../../../core/password-reset.ts'
import { signOut } from '../../../core/sessions.ts'
import { signIn } from '../../../core/sign-in.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import { realm } from '../rules.ts'
import { toCurrentSession, toSession, toSignUpResult, toUser } from '../serializers.ts'

type Operations =
  | 'signUp'
  | 'signIn'
  | 'signOut'
  | 'getSession'
  | 'requestPasswordReset'
  | 'confirmPasswordReset'

/** Accounts, sessions and passwords. */
export function accountHandlers({ core }: Services): Pick<Handlers<typeof routes, Caller>, Operations> {
  return {
    async signUp({ body: { email, password, name, organizationName }, client }) {
      const { user, organization, grant } = await signUpWithOrganization(core, {
        realm,
        email,
        password,
        name,
        organizationName,
        client,
      })
      if (!grant) throw new Error('The rules open no session at sign-up')
      return { status: 201, headers: noStore, body: toSignUpResult(user, organization, grant) }
    },

    async signIn({ body: { email, password }, client }) {
      const grant = await signIn(core, { realm, email, password, client })
      return {
        status: 200,
        headers: noStore,
        body: { user: toUser(grant.user), session: toSession(grant) },
      }
    },

    async signOut({ caller, client }) {
      await signOut(core, { signedIn: caller.session, client })
      return { status: 204 }
    },

    async getSession({ caller }) {
      return { status: 200, headers: noStore, body: toCurrentSession(caller.session) }
    },

    async requestPasswordReset({ body, client }) {
      // What is no address has no account, which is all that anybody could learn from the time this takes.
      const email = canonicalEmail(body.email)
      if (email !== undefined) await requestPasswordReset(core, { realm, email, client })
      return { status: 200, body: { message: 'If an account exists, a reset email has been sent.' } }
    },

    async confirmPasswordReset({ body: { token, newPassword }, client }) {
      await confirmPasswordReset(core, { realm, token, newPassword, client })
      return { status: 200, body: { message: 'Password reset successfully.' } }
    },
  }
}
