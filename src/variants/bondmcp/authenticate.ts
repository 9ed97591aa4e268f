import { assertScope, authenticateApiKey } from '../../core/api-keys.ts'
import { AuthError } from '../../core/errors.ts'
import type { Core } from '../../core/ports.ts'
import { authenticate as authenticateSession } from '../../core/sessions.ts'
import type { SessionWithUser, User } from '../../core/tables.ts'
import { bearerToken } from '../../http/bearer.ts'
import type { Call } from '../../http/env.ts'
import type { Authentication } from '../../http/middleware/authenticate.ts'
import { apiKeyFormat, realm } from './rules.ts'

/** The authenticated caller, by the name of the security scheme. */
export interface Caller {
  token: SessionWithUser
  apiKey: KeyOwner
  /** An API key in `X-API-Key`. */
  apiKeyHeader: KeyOwner
}

/** The account that an API key acts for, and the permissions of the key. */
interface KeyOwner {
  user: User
  scopes: string[]
}

/** The account of a caller. */
export function userOf({ token, apiKey, apiKeyHeader }: Partial<Caller>): User | undefined {
  return (token ?? apiKey ?? apiKeyHeader)?.user
}

/** The permission that an API key needs, by operationId. The other operations reject API keys. */
const requiredPermissions: Record<string, string> = { listModels: 'read' }

export function authentication(core: Core): Authentication<Caller> {
  return {
    authenticate: (call) => authenticate(core, call),
    async authorize({ operationId }, { apiKey, apiKeyHeader }) {
      const key = apiKey ?? apiKeyHeader
      if (!key) return
      const permission = requiredPermissions[operationId]
      if (permission === undefined) throw new AuthError('apiKeyNotAllowed')
      assertScope({ scopes: key.scopes, projectId: null }, permission)
    },
  }
}

async function authenticate(core: Core, { request }: Call): Promise<Partial<Caller>> {
  const inHeader = request.headers.get('x-api-key')
  // `Authorization` wins, because it is the header of the vendor's document.
  if (inHeader !== null && !request.headers.has('authorization'))
    return { apiKeyHeader: await authenticateKey(core, inHeader) }
  const token = bearerToken(request, { isStrict: true })
  if (token === undefined) throw new AuthError('invalidToken')
  if (!token.startsWith(apiKeyFormat.prefix)) {
    const session = await authenticateSession(core, { token, realm })
    assertVerified(core, session.user)
    return { token: session }
  }
  return { apiKey: await authenticateKey(core, token) }
}

async function authenticateKey(core: Core, key: string): Promise<KeyOwner> {
  const { apiKey, user } = await authenticateApiKey(core, { key, format: apiKeyFormat })
  if (!user) throw new AuthError('invalidApiKey')
  assertVerified(core, user)
  return { user, scopes: apiKey.scopes }
}

/** Pending accounts have no access, not even with tokens that were issued while verification was optional. */
function assertVerified({ rules }: Core, { emailVerifiedAt }: User): void {
  if (rules.signIn.requiresVerifiedEmail && emailVerifiedAt === null) throw new AuthError('invalidToken')
}
