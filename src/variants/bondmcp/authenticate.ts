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
  apiKey: { user: User; scopes: string[] }
}

/** The permission that an API key needs, by operationId. The other operations reject API keys. */
const requiredPermissions: Record<string, string> = { listModels: 'read' }

export function authentication(core: Core): Authentication<Caller> {
  return {
    authenticate: (call) => authenticate(core, call),
    async authorize({ operationId }, { apiKey }) {
      if (!apiKey) return
      const permission = requiredPermissions[operationId]
      if (permission === undefined) throw new AuthError('apiKeyNotAllowed')
      assertScope({ scopes: apiKey.scopes, projectId: null }, permission)
    },
  }
}

async function authenticate(core: Core, { request }: Call): Promise<Partial<Caller>> {
  const token = bearerToken(request, { isStrict: true })
  if (token === undefined) throw new AuthError('invalidToken')
  if (!token.startsWith(apiKeyFormat.prefix)) {
    const session = await authenticateSession(core, { token, realm })
    assertVerified(core, session.user)
    return { token: session }
  }
  const { apiKey, user } = await authenticateApiKey(core, { key: token, format: apiKeyFormat })
  if (!user) throw new AuthError('invalidApiKey')
  assertVerified(core, user)
  return { apiKey: { user, scopes: apiKey.scopes } }
}

/** Pending accounts have no access, not even with tokens that were issued while verification was optional. */
function assertVerified({ rules }: Core, { emailVerifiedAt }: User): void {
  if (rules.signIn.requiresVerifiedEmail && emailVerifiedAt === null) throw new AuthError('invalidToken')
}
