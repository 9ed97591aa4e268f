import { assertScope, authenticateApiKey } from '../../core/api-keys.ts'
import { AuthError } from '../../core/errors.ts'
import type { Core } from '../../core/ports.ts'
import { authenticate as authenticateSession } from '../../core/sessions.ts'
import type { User } from '../../core/tables.ts'
import { bearerToken } from '../../http/bearer.ts'
import type { Call } from '../../http/env.ts'
import type { Authentication } from '../../http/middleware/authenticate.ts'
import { apiKeyForm, realm } from './rules.ts'

/** Who is calling, by the name of the security scheme. */
export interface Caller {
  token: User
  apiKey: { user: User; scopes: string[] }
}

/** The one permission that an operation asks for: the others take no key at all. */
const neededPermission: Record<string, string> = { listModels: 'read' }

/** In the order of the vendor's documents: credential, rate limit, permission. */
export function authentication(core: Core): Authentication<Caller> {
  return {
    authenticate: (call) => authenticate(core, call),
    async authorize({ operationId }, { apiKey }) {
      if (!apiKey) return
      const needed = neededPermission[operationId]
      if (needed === undefined) throw new AuthError('apiKeyNotAllowed')
      assertScope({ scopes: apiKey.scopes, projectId: null }, needed)
    },
  }
}

async function authenticate(core: Core, { request }: Call): Promise<Partial<Caller>> {
  const token = bearerToken(request)
  if (token === undefined) throw new AuthError('invalidToken')
  if (!token.startsWith(apiKeyForm.prefix)) {
    const { user } = await authenticateSession(core, { token, realm })
    requireVerified(core, user)
    return { token: user }
  }
  const { apiKey, user } = await authenticateApiKey(core, { key: token, form: apiKeyForm })
  if (!user) throw new AuthError('invalidApiKey')
  requireVerified(core, user)
  return { apiKey: { user, scopes: apiKey.scopes } }
}

/** A pending account opens nothing, not even to a session from before the rule was on. */
function requireVerified({ rules }: Core, { emailVerifiedAt }: User): void {
  if (rules.signIn.requiresVerifiedEmail && emailVerifiedAt === null) throw new AuthError('invalidToken')
}
