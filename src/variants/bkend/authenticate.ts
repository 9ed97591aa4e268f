import { authenticateApiKey } from '../../core/api-keys.ts'
import { AuthError } from '../../core/errors.ts'
import type { Core } from '../../core/ports.ts'
import { authenticate as authenticateSession } from '../../core/sessions.ts'
import type { SessionWithUser } from '../../core/tables.ts'
import { bearerToken } from '../../http/bearer.ts'
import type { Call } from '../../http/env.ts'
import type { Authentication } from '../../http/middleware/authenticate.ts'

/** The caller types of all security schemes, by name. */
export interface Caller {
  apiKey: Key
  bearer: SessionWithUser
  secretKey: Key
}

/** An API key. */
export interface Key {
  id: string
  /** The realm of the key: a project environment. */
  realm: string
  /** Whether the key acts as an administrator. */
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
 * Identifies the caller: first the API key, then the access token.
 * @throws {AuthError} invalidApiKey (with details.reason `missing` if no key was sent), malformedApiKey,
 *   missingToken, malformedToken, and the errors of `authenticateApiKey` and `authenticateSession`
 */
async function authenticate(core: Core, { request, route }: Call): Promise<Partial<Caller>> {
  const alternatives = route.security ?? []
  const isAnonymousAllowed = alternatives.some((schemes) => Object.keys(schemes).length === 0)
  const sent = request.headers.get('x-api-key')
  if (sent === null && isAnonymousAllowed) return {}
  const key = await identifyKey(core, sent)
  if (!alternatives.some((schemes) => 'bearer' in schemes)) return { apiKey: key }
  const isKeyEnough = alternatives.some((schemes) => 'apiKey' in schemes && !('bearer' in schemes))
  if (isKeyEnough && !request.headers.has('authorization')) return { apiKey: key }

  if (!request.headers.has('authorization')) {
    if (key.isSecret && alternatives.some((schemes) => 'secretKey' in schemes)) return { secretKey: key }
    throw new AuthError('missingToken')
  }
  // The vendor's documents require exactly one space.
  const token = bearerToken(request, { isStrict: true })
  if (token === undefined) throw new AuthError('malformedToken')
  return { apiKey: key, bearer: await authenticateSession(core, { token, realm: key.realm }) }
}

async function identifyKey(core: Core, key: string | null): Promise<Key> {
  if (key === null) throw new AuthError('invalidApiKey', { reason: 'missing' })
  if (!keyPattern.test(key)) throw new AuthError('malformedApiKey')
  const { apiKey } = await authenticateApiKey(core, { key })
  return { id: apiKey.id, realm: apiKey.realm, isSecret: apiKey.kind === apiKeyKinds.sk }
}
