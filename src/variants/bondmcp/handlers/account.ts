import type { routes } from '../../../../generated/bondmcp/routes.ts'
import { canonicalEmail } from '../../../core/emails.ts'
import { isAuthError } from '../../../core/errors.ts'
import { signIn } from '../../../core/sign-in.ts'
import { signUp } from '../../../core/sign-up.ts'
import { confirmVerification, sendVerification } from '../../../core/verification.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import { realm } from '../rules.ts'
import { toRegistration, toToken } from '../serializers.ts'

/** Signing in explains why it fails, even if the client has requested too many mails for another one. */
function ignoreMailLimit(error: unknown): void {
  if (!isAuthError(error, 'rateLimited')) throw error
}

/** Registration, email verification and sign-in. */
export function accountHandlers({
  core,
}: Services): Pick<Handlers<typeof routes, Caller>, 'signUp' | 'verifyEmail' | 'signIn'> {
  return {
    async signUp({ body: { email, password, name = '' }, requestMeta }) {
      const { user } = await signUp(core, {
        realm,
        email,
        password,
        name,
        requestMeta,
        defaults: { plan: 'free' },
      })
      return { status: 200, headers: noStore, body: toRegistration(user) }
    },

    async verifyEmail({ query: { token }, requestMeta }) {
      await confirmVerification(core, { realm, token, requestMeta })
      return {
        status: 200,
        headers: { ...noStore, 'Referrer-Policy': 'no-referrer' },
        body: { success: true, message: 'Email verified successfully' },
      }
    },

    async signIn({ body: { email, password }, requestMeta }) {
      try {
        const issued = await signIn(core, { realm, email, password, requestMeta })
        return { status: 200, headers: noStore, body: toToken(issued) }
      } catch (error) {
        // There is no operation that resends the link. Signing in does, and needs the correct password.
        if (isAuthError(error, 'emailNotVerified'))
          await sendVerification(core, { realm, email: canonicalEmail(email) ?? '', requestMeta }).catch(
            ignoreMailLimit,
          )
        throw error
      }
    },
  }
}
