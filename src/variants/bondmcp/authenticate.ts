import { authenticateApiKey, requireScope } from '../../core/api-keys.ts'
import { AuthError } from '../../core/errors.ts'
import type { Core } from '../../core/ports.ts'
import { authenticate as authenticateSession } from '../../core/sessions.ts'
import type { User } from '../../core/tables.ts'
import { bearerToken } from '../../http/bearer.ts'
import type { Call } from '../../http/input.ts'
import type { Limits } from './limits.ts'
import { apiKeyForm, realm } from './rules.ts'

/** Who is calling, by the name of the security scheme: an account either way. */
export interface Caller {
  token: User
  apiKey: User
}

/** The one permission that an operation asks for: the others take no key at all. */
const neededPermission: Record<string, string> = { listModels: 'read' }

/**
 * Who is calling, and may they do so? In the order of the vendor's documents: credential, rate limit, permission.
 * @throws {AuthError} what is wrong with the credential, rateLimited, apiKeyNotAllowed, missingScope
 */
export async function authenticate(core: Core, limits: Limits, call: Call): Promise<Partial<Caller>> {
  const credential = await identify(core, call).catch(async (error) => {
    // A call with a bad credential is one without.
    await limits.countPublic(call)
    throw error
  })
  await limits.countAccount(call, credential.user)
  const { user, scopes } = credential
  if (!scopes) return { token: user }
  const needed = neededPermission[call.operationId]
  if (needed === undefined) throw new AuthError('apiKeyNotAllowed')
  requireScope({ scopes, projectId: null }, needed)
  return { apiKey: user }
}

/** @returns the account, and of an API key what it may do */
async function identify(core: Core, { request }: Call): Promise<{ user: User; scopes?: string[] }> {
  const token = bearerToken(request)
  if (token === undefined) throw new AuthError('invalidToken')
  if (!token.startsWith(apiKeyForm.prefix)) {
    const { user } = await authenticateSession(core, { token, realm })
    requireVerified(core, user)
    return { user }
  }
  const { apiKey, user } = await authenticateApiKey(core, { key: token, form: apiKeyForm })
  if (!user) throw new AuthError('invalidApiKey')
  requireVerified(core, user)
  return { user, scopes: apiKey.scopes }
}

/** A pending account opens nothing, also for somebody who got in while the rule was off. */
function requireVerified({ rules }: Core, { emailVerifiedAt }: User): void {
  if (rules.signIn.requiresVerifiedEmail && emailVerifiedAt === null) throw new AuthError('invalidToken')
}
