import type { routes } from '../../../../generated/bedrud/routes.ts'
import { refresh } from '../../../core/refresh.ts'
import { signOut } from '../../../core/sessions.ts'
import type { Handlers } from '../../../http/handlers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import type { Cookies } from '../cookies.ts'
import { refusal } from '../errors.ts'
import { realm } from '../rules.ts'
import { toTokenPair } from '../serializers.ts'

/** Exchanging a refresh token and ending a session. */
export function tokenHandlers(
  { core }: Services,
  cookies: Cookies,
): Pick<Handlers<typeof routes, Caller>, 'refreshTokens' | 'signOut'> {
  /** In the order in which the vendor's server looks for it. */
  const refreshTokenIn = (body: Body | undefined, request: Request): string | undefined =>
    body?.refreshToken || body?.refresh_token || cookies.refreshToken(request)

  return {
    async refreshTokens({ body, client, request }) {
      const refreshToken = refreshTokenIn(body, request)
      if (refreshToken === undefined) return refusal(400, 'No refresh token provided')
      const grant = await refresh(core, { realm, refreshToken, client })
      return { status: 200, headers: cookies.signedIn(grant), body: toTokenPair(grant) }
    },

    async signOut({ body, caller, client, request }) {
      const refreshToken = refreshTokenIn(body, request)
      await signOut(core, {
        signedIn: caller.bearer,
        client,
        ...(refreshToken !== undefined && { refreshToken }),
      })
      return { status: 200, headers: cookies.signedOut(), body: { message: 'logged out' } }
    },
  }
}

interface Body {
  refreshToken?: string | null | undefined
  refresh_token?: string | null | undefined
}
