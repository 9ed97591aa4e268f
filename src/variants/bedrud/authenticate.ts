import { bearerToken } from '../../contract/bearer.ts'
import type { Call } from '../../contract/input.ts'
import { AuthError } from '../../core/errors.ts'
import type { Core } from '../../core/ports.ts'
import { authenticate as authenticateSession } from '../../core/sessions.ts'
import type { SignedIn } from '../../core/tables.ts'
import { accessTokenIn } from './cookies.ts'
import { realm } from './rules.ts'

/** Who is calling, by the name of the security scheme. */
export interface Caller {
  bearer: SignedIn
  accessTokenCookie: SignedIn
}

/**
 * Who is calling? A header decides where there is one; the cookie alone reads, and changes nothing, since pages of other
 * sites can make a browser send it.
 * @throws {AuthError} invalidToken (details.reason `missing` or `cookieAlone`), and what is wrong with a token
 */
export async function authenticate(core: Core, { request, route }: Call): Promise<Partial<Caller>> {
  if (request.headers.has('authorization')) {
    const token = bearerToken(request)
    if (token === undefined) throw new AuthError('invalidToken')
    return { bearer: await authenticateSession(core, { token, realm }) }
  }
  const token = accessTokenIn(request)
  if (token === undefined) throw new AuthError('invalidToken', { reason: 'missing' })
  const accessTokenCookie = await authenticateSession(core, { token, realm })
  if (!route.security?.some((way) => 'accessTokenCookie' in way))
    throw new AuthError('invalidToken', { reason: 'cookieAlone' })
  return { accessTokenCookie }
}
