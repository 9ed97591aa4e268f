import type { routes } from '../../../../generated/bedrud/routes.ts'
import { refresh } from '../../../core/refresh.ts'
import { signOut } from '../../../core/sessions.ts'
import type { Handlers } from '../../../http/handlers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import type { Cookies } from '../cookies.ts'
import { errorReply } from '../errors.ts'
import { realm } from '../rules.ts'
import { toTokenPair } from '../serializers.ts'

/** Handlers for refreshing and signing out. */
export function tokenHandlers(
  { core }: Services,
  cookies: Cookies,
): Pick<Handlers<typeof routes, Caller>, 'refreshTokens' | 'signOut'> {
  /** Reads the refresh token in the same order of precedence as the vendor's server. */
  const readRefreshToken = (body: RefreshTokenBody | undefined, request: Request): string | undefined =>
    body?.refreshToken || body?.refresh_token || cookies.refreshToken(request)

  return {
    async refreshTokens({ body, requestMeta, request }) {
      const refreshToken = readRefreshToken(body, request)
      if (refreshToken === undefined) return errorReply(400, 'No refresh token provided')
      const issued = await refresh(core, { realm, refreshToken, requestMeta })
      return { status: 200, headers: cookies.tokenHeaders(issued), body: toTokenPair(issued) }
    },

    async signOut({ body, caller, requestMeta, request }) {
      const refreshToken = readRefreshToken(body, request)
      await signOut(core, {
        sessionWithUser: caller.bearer,
        requestMeta,
        ...(refreshToken !== undefined && { refreshToken }),
      })
      return { status: 200, headers: cookies.clearedTokenHeaders(), body: { message: 'logged out' } }
    },
  }
}

interface RefreshTokenBody {
  refreshToken?: string | null | undefined
  refresh_token?: string | null | undefined
}
