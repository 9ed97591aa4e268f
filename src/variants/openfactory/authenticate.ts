import { zOrgIdParameter, zProjectIdParameter } from '../../../generated/openfactory/schemas.ts'
import { assertScope, authenticateApiKey } from '../../core/api-keys.ts'
import { type Authority, apiKeyAuthority, memberAuthority, sessionAuthority } from '../../core/authority.ts'
import { AuthError } from '../../core/errors.ts'
import { requireAdmin, requireMember, requireProject } from '../../core/organizations.ts'
import type { Core } from '../../core/ports.ts'
import { authenticate as authenticateSession } from '../../core/sessions.ts'
import type { ApiKey, SessionWithUser } from '../../core/tables.ts'
import { bearerToken } from '../../http/bearer.ts'
import type { Call } from '../../http/env.ts'
import type { Authentication } from '../../http/middleware/authenticate.ts'
import { apiKeyFormat, realm, type scopes } from './rules.ts'

/** The credential of a call, by the name of its security scheme. */
export interface Caller {
  session: MemberSession
  apiKey: ApiKey & { organizationId: string }
}

/** A session whose user is a member of an organization. Other sessions are rejected. */
export type MemberSession = SessionWithUser & { organizationId: string; organizationRole: string }

const requiredScopes: Record<string, (typeof scopes)[number]> = {
  listWorkOrders: 'mcp:read',
  updateWorkOrder: 'mcp:write',
  createFeedback: 'validator:write',
}
const adminOperations = ['deleteApiKey', 'inviteMember']
/** These reject API keys with 401 instead of 403, because a key is not a session. */
const sessionOperations = ['signOut', 'getSession', 'acceptInvitation']

/**
 * Checks, in this order and before the body is validated: credential, rate limit, scope, organization,
 * project.
 */
export function authentication(core: Core): Authentication<Caller> {
  return {
    authenticate: (call) => authenticate(core, call),
    async authorize(call, { session, apiKey }) {
      if (session) await authorizeSession(core, session, call)
      if (apiKey) await authorizeKey(core, apiKey, call)
    },
  }
}

async function authenticate(core: Core, { operationId, request, route }: Call): Promise<Partial<Caller>> {
  const token = bearerToken(request)
  if (token === undefined) throw new AuthError('invalidToken')
  const accepts = (scheme: keyof Caller) => route.security?.some((requirement) => scheme in requirement)
  if (!token.startsWith(apiKeyFormat.prefix)) {
    if (!accepts('session')) throw new AuthError('invalidToken')
    const session = await authenticateSession(core, { token, realm })
    if (!hasMembership(session)) throw new AuthError('invalidToken')
    return { session }
  }
  if (sessionOperations.includes(operationId)) throw new AuthError('invalidToken')
  const { apiKey } = await authenticateApiKey(core, { key: token, format: apiKeyFormat })
  if (!accepts('apiKey')) throw new AuthError('apiKeyNotAllowed')
  if (!hasOrganization(apiKey)) throw new AuthError('invalidApiKey')
  return { apiKey }
}

function hasMembership(session: SessionWithUser): session is MemberSession {
  return session.organizationId !== null && session.organizationRole !== null
}

const hasOrganization = (apiKey: ApiKey): apiKey is Caller['apiKey'] => apiKey.organizationId !== null

/** @throws {AuthError} notMember, notAdmin, projectNotFound */
async function authorizeSession(
  core: Core,
  { userId }: MemberSession,
  { operationId, params }: Call,
): Promise<void> {
  const organizationId = parseId(params.orgId, zOrgIdParameter)
  if (organizationId !== undefined) {
    const require = adminOperations.includes(operationId) ? requireAdmin : requireMember
    await require(core, { organizationId, userId })
  }
  const projectId = parseId(params.projectId, zProjectIdParameter)
  if (projectId !== undefined) await requireProject(core, projectId, { userId })
}

/** @throws {AuthError} missingScope, wrongProject, projectNotFound */
async function authorizeKey(
  core: Core,
  apiKey: Caller['apiKey'],
  { operationId, params }: Call,
): Promise<void> {
  const projectId = parseId(params.projectId, zProjectIdParameter)
  assertScope(apiKey, requiredScopes[operationId] ?? '', projectId)
  if (projectId !== undefined)
    await requireProject(core, projectId, { organizationId: apiKey.organizationId })
}

/** Requires the session and the membership of its user for a write in an organization. */
export function authorityOf(
  { session }: Pick<Caller, 'session'>,
  { organizationId, role }: { organizationId: string; role?: 'admin' },
): Authority {
  const member = { organizationId, userId: session.userId, ...(role && { role }) }
  return [...sessionAuthority(session), ...memberAuthority(member)]
}

/**
 * Requires the API key, or the session and the membership of its user, for a write in a project.
 * @throws {AuthError} projectNotFound
 */
export async function projectAuthority(
  core: Core,
  caller: Pick<Caller, 'session'> | Pick<Caller, 'apiKey'>,
  projectId: string,
): Promise<Authority> {
  if ('apiKey' in caller) return apiKeyAuthority(caller.apiKey)
  const { organizationId } = await requireProject(core, projectId, { userId: caller.session.userId })
  return authorityOf(caller, { organizationId })
}

/** Invalid ids are rejected later, by request validation. */
function parseId(value: string | undefined, schema: typeof zOrgIdParameter): string | undefined {
  return value === undefined ? undefined : schema.safeParse(value).data
}
