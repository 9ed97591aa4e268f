import type { routes } from '../../../../generated/openfactory/routes.ts'
import { canonicalEmail } from '../../../core/emails.ts'
import { hasInvisibleInName } from '../../../core/invisible.ts'
import { signUpWithOrganization } from '../../../core/organizations.ts'
import { confirmPasswordReset, requestPasswordReset } from '../../../core/password-reset.ts'
import { signOut } from '../../../core/sessions.ts'
import { signIn } from '../../../core/sign-in.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import { invalid } from '../errors.ts'
import { realm } from '../rules.ts'
import { toCurrentSession, toSession, toSignUpResult, toUser } from '../serializers.ts'

type Operations =
  | 'signUp'
  | 'signIn'
  | 'signOut'
  | 'getSession'
  | 'requestPasswordReset'
  | 'confirmPasswordReset'

/** The operations about accounts, sessions and passwords. */
export function accountHandlers({ core }: Services): Pick<Handlers<typeof routes, Caller>, Operations> {
  return {
    async signUp({ body: { email, password, name, organizationName }, requestMeta }) {
      if (hasInvisibleInName(organizationName))
        return invalid({ path: 'organizationName', message: 'Must not contain invisible characters' })
      const { user, organization, issued } = await signUpWithOrganization(core, {
        realm,
        email,
        password,
        name,
        organizationName,
        requestMeta,
      })
      if (!issued) throw new Error('Sign-up issued no session: set rules.signUp.opensSession')
      return { status: 201, headers: noStore, body: toSignUpResult(user, organization, issued) }
    },

    async signIn({ body: { email, password }, requestMeta }) {
      const issued = await signIn(core, { realm, email, password, requestMeta })
      return {
        status: 200,
        headers: noStore,
        body: { user: toUser(issued.user), session: toSession(issued) },
      }
    },

    async signOut({ caller, requestMeta }) {
      await signOut(core, { sessionWithUser: caller.session, requestMeta })
      return { status: 204 }
    },

    async getSession({ caller }) {
      return { status: 200, headers: noStore, body: toCurrentSession(caller.session) }
    },

    async requestPasswordReset({ body, requestMeta }) {
      // An invalid email returns sooner, but that reveals nothing: it cannot have an account.
      const email = canonicalEmail(body.email)
      if (email !== undefined) await requestPasswordReset(core, { realm, email, requestMeta })
      return { status: 200, body: { message: 'If an account exists, a reset email has been sent.' } }
    },

    async confirmPasswordReset({ body: { token, newPassword }, requestMeta }) {
      await confirmPasswordReset(core, { realm, token, newPassword, requestMeta })
      return { status: 200, body: { message: 'Password reset successfully.' } }
    },
  }
}
