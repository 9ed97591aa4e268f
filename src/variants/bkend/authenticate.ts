import { authenticateApiKey } from '../../core/api-keys.ts'
import { AuthError } from '../../core/errors.ts'
import type { Core } from '../../core/ports.ts'
import { authenticate as authenticateSession } from '../../core/sessions.ts'
import type { SessionWithUser } from '../../core/tables.ts'
import { bearerToken } from '../../http/bearer.ts'
import type { Call } from '../../http/env.ts'
import type { Authentication } from '../../http/middleware/authenticate.ts'

/** Who is calling, by the name of the security scheme. */
export interface Caller {
  apiKey: Key
  bearer: SessionWithUser
  secretKey: Key
}

/** Names the users that a call is about. A secret one acts as an administrator of them. */
export interface Key {
  realm: string
  isSecret: boolean
}

export const apiKeyKinds = { pk: 'publishable', sk: 'secret' } as const
const keyPattern = /^(pk|sk)_[a-fA-F0-9]{64}$/

export function authentication(core: Core): Authentication<Caller> {
  return {
    authenticate: (call) => authenticate(core, call),
  }
}

/**
 * Who is calling? The key comes first, then the Bearer.
 * @throws {AuthError} invalidApiKey (details.reason `missing` where there is none), missingToken, and what is wrong with either
 */
async function authenticate(core: Core, { request, route }: Call): Promise<Partial<Caller>> {
  const ways = route.security ?? []
  const isAnonymousAllowed = ways.some((way) => Object.keys(way).length === 0)
  const sent = request.headers.get('x-api-key')
  if (sent === null && isAnonymousAllowed) return {}
  const key = await identifyKey(core, sent)
  if (!ways.some((way) => 'bearer' in way)) return { apiKey: key }

  const isPresented = request.headers.has('authorization')
  if (!isPresented && key.isSecret && ways.some((way) => 'secretKey' in way)) return { secretKey: key }
  if (!isPresented) throw new AuthError('missingToken')
  const token = bearerToken(request)
  if (token === undefined) throw new AuthError('malformedToken')
  return { apiKey: key, bearer: await authenticateSession(core, { token, realm: key.realm }) }
}

async function identifyKey(core: Core, key: string | null): Promise<Key> {
  if (key === null) throw new AuthError('invalidApiKey', { reason: 'missing' })
  if (!keyPattern.test(key)) throw new AuthError('malformedApiKey')
  const { apiKey } = await authenticateApiKey(core, { key })
  return { realm: apiKey.realm, isSecret: apiKey.kind === apiKeyKinds.sk }
}
