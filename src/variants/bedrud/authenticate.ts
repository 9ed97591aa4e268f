import { AuthError } from '../../core/errors.ts'
import type { Core } from '../../core/ports.ts'
import { authenticate as authenticateSession } from '../../core/sessions.ts'
import type { SessionWithUser } from '../../core/tables.ts'
import { bearerToken } from '../../http/bearer.ts'
import type { Call } from '../../http/env.ts'
import type { Authentication } from '../../http/middleware/authenticate.ts'
import type { Cookies } from './cookies.ts'
import { realm } from './rules.ts'

/** The session of the caller, by security scheme. */
export interface Caller {
  bearer: SessionWithUser
  accessTokenCookie: SessionWithUser
}

export function authentication(core: Core, cookies: Cookies): Authentication<Caller> {
  return {
    authenticate: (call) => authenticate(core, cookies, call),
  }
}

/**
 * Reads the access token from the `Authorization` header, or else from the cookie. The cookie is accepted
 * only where the contract declares it, because browsers send cookies for other sites, too.
 * @throws {AuthError} missingToken, malformedToken, headerRequired, and those of `authenticate` in the core
 */
async function authenticate(core: Core, cookies: Cookies, call: Call): Promise<Partial<Caller>> {
  if (call.request.headers.get('authorization')) {
    const token = bearerToken(call.request)
    if (token === undefined) throw new AuthError('malformedToken')
    return { bearer: await authenticateSession(core, { token, realm }) }
  }
  const token = cookies.accessToken(call.request)
  if (token === undefined) throw new AuthError('missingToken')
  const accessTokenCookie = await authenticateSession(core, { token, realm })
  if (!call.route.security?.some((scheme) => 'accessTokenCookie' in scheme))
    throw new AuthError('headerRequired')
  return { accessTokenCookie }
}
