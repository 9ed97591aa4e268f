import type { routes } from '../../../../generated/bkend/routes.ts'
import { parseEmail } from '../../../core/emails.ts'
import { consume, countSuccess, ipKey } from '../../../core/limits.ts'
import { changePassword } from '../../../core/password-change.ts'
import { confirmPasswordReset, requestPasswordReset } from '../../../core/password-reset.ts'
import { resolveRedirect } from '../../../core/redirects.ts'
import { refresh } from '../../../core/refresh.ts'
import { signOut } from '../../../core/sessions.ts'
import { signIn } from '../../../core/sign-in.ts'
import { signUp } from '../../../core/sign-up.ts'
import { confirmVerification, sendVerification } from '../../../core/verification.ts'
import type { RequestMeta } from '../../../http/env.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import { errorReply } from '../errors.ts'
import { toTokens, toUser } from '../serializers.ts'
import type { OAuthHandlers } from './oauth.ts'
import type { UserHandlers } from './users.ts'

type AccountHandlers = Omit<Handlers<typeof routes, Caller>, keyof OAuthHandlers | keyof UserHandlers>

/** The handlers of accounts, tokens and passwords. */
export function accountHandlers({ core, site }: Services): AccountHandlers {
  /**
   * Sends a verification email.
   * @returns the error reply if `callbackUrl` is not allowed
   */
  async function mailVerification(
    realm: string,
    { email, callbackUrl }: { email: string; callbackUrl?: string | undefined },
    requestMeta: RequestMeta,
  ) {
    const canonical = parseEmail(email)
    const link = callbackUrl === undefined ? null : resolveRedirect(callbackUrl, site)
    if (link === undefined) return errorReply(400, 'common/invalid-parameters', 'callbackUrl is not allowed')
    await sendVerification(core, { realm, email: canonical, callbackUrl: link, requestMeta })
    return undefined
  }

  return {
    async signUp({ body: { email, password, name }, caller, requestMeta }) {
      const { realm } = caller.apiKey
      const { issued } = await countSuccess(core, 'signUp', `${realm} ${ipKey(requestMeta)}`, () =>
        signUp(core, { realm, email, password, name, requestMeta }),
      )
      if (!issued) throw new Error('The rules open no session at sign-up')
      return { status: 201, headers: noStore, body: toTokens(issued) }
    },

    async signIn({ body: { email, password, mfaCode }, caller, requestMeta }) {
      const { realm } = caller.apiKey
      const issued = await signIn(core, {
        realm,
        email: parseEmail(email),
        password,
        mfaCode,
        requestMeta,
      })
      return { status: 200, headers: noStore, body: toTokens(issued) }
    },

    async sendVerificationEmail({ body, caller, requestMeta }) {
      const error = await mailVerification(caller.apiKey.realm, body, requestMeta)
      return error ?? { status: 200, body: { message: 'Verification email sent', email: body.email } }
    },

    async verifyEmail({ body: { email, token }, caller, requestMeta }) {
      await confirmVerification(core, {
        realm: caller.apiKey.realm,
        email: parseEmail(email),
        token,
        session: 'bearer' in caller ? caller.bearer : undefined,
        requestMeta,
      })
      return { status: 200, body: { message: 'Email verified successfully', verified: true } }
    },

    async resendVerificationEmail({ body, caller, requestMeta }) {
      const error = await mailVerification(caller.apiKey.realm, body, requestMeta)
      return error ?? { status: 200, body: { message: 'Verification email sent again', email: body.email } }
    },

    async getCurrentUser({ caller }) {
      return { status: 200, headers: noStore, body: toUser(caller.bearer.user) }
    },

    async refreshTokens({ body: { refreshToken }, caller, requestMeta }) {
      const { realm } = caller.apiKey
      await consume(core, 'refresh', `${realm} ${ipKey(requestMeta)}`)
      const issued = await refresh(core, { refreshToken, realm, requestMeta })
      return { status: 200, headers: noStore, body: toTokens(issued) }
    },

    async signOut({ caller, requestMeta }) {
      await signOut(core, { sessionWithUser: caller.bearer, requestMeta })
      return { status: 200, body: { message: 'Signed out successfully' } }
    },

    async requestPasswordReset({ body, caller, requestMeta }) {
      const { realm } = caller.apiKey
      await requestPasswordReset(core, { realm, email: parseEmail(body.email), requestMeta })
      return {
        status: 200,
        body: { message: 'If the email has an account, a reset email has been sent' },
      }
    },

    async confirmPasswordReset({ body: { email, token, newPassword }, caller, requestMeta }) {
      await confirmPasswordReset(core, {
        realm: caller.apiKey.realm,
        email: parseEmail(email),
        token,
        newPassword,
        requestMeta,
      })
      return { status: 200, body: { message: 'The password has been reset, sign in with the new one' } }
    },

    async changePassword({ body: { currentPassword, newPassword }, caller, requestMeta }) {
      await changePassword(core, {
        sessionWithUser: caller.bearer,
        currentPassword,
        newPassword,
        requestMeta,
      })
      return { status: 200, body: { message: 'The password has been changed, sign in again' } }
    },
  }
}
