import { AuthError } from '../../core/errors.ts'
import type { Core } from '../../core/ports.ts'
import { authenticate as authenticateSession } from '../../core/sessions.ts'
import type { SessionWithUser } from '../../core/tables.ts'
import { bearerToken } from '../../http/bearer.ts'
import type { Call } from '../../http/env.ts'
import type { Authentication } from '../../http/middleware/authenticate.ts'
import type { Cookies } from './cookies.ts'
import { realm } from './rules.ts'

/** Who is calling, by the name of the security scheme. */
export interface Caller {
  bearer: SessionWithUser
  accessTokenCookie: SessionWithUser
}

export function authentication(core: Core, cookies: Cookies): Authentication<Caller> {
  return {
    authenticate: (call) => authenticate(core, cookies, call),
  }
}

/** A header decides; without one, a cookie opens only what changes nothing. */
async function authenticate(core: Core, cookies: Cookies, call: Call): Promise<Partial<Caller>> {
  if (call.request.headers.get('authorization')) {
    const token = bearerToken(call.request)
    if (token === undefined) throw new AuthError('malformedToken')
    return { bearer: await authenticateSession(core, { token, realm }) }
  }
  const token = cookies.accessToken(call.request)
  if (token === undefined) throw new AuthError('missingToken')
  const accessTokenCookie = await authenticateSession(core, { token, realm })
  if (!call.route.security?.some((way) => 'accessTokenCookie' in way)) throw new AuthError('headerRequired')
  return { accessTokenCookie }
}
