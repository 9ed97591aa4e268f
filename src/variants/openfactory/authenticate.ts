import { zOrgIdParameter, zProjectIdParameter } from '../../../generated/openfactory/schemas.ts'
import { assertScope, authenticateApiKey } from '../../core/api-keys.ts'
import { AuthError } from '../../core/errors.ts'
import { requireAdmin, requireMember, requireProject } from '../../core/organizations.ts'
import type { Core } from '../../core/ports.ts'
import { authenticate as authenticateSession } from '../../core/sessions.ts'
import type { ApiKey, SessionWithUser } from '../../core/tables.ts'
import { bearerToken } from '../../http/bearer.ts'
import type { Call } from '../../http/env.ts'
import type { Authentication } from '../../http/middleware/authenticate.ts'
import { apiKeyForm, realm, type scopes } from './rules.ts'

/** Who is calling, by the name of the security scheme. */
export interface Caller {
  session: Person
  apiKey: ApiKey & { organizationId: string }
}

/** A session with its organization; there is none without. */
export type Person = SessionWithUser & { organizationId: string; organizationRole: string }

const neededScope: Record<string, (typeof scopes)[number]> = {
  listWorkOrders: 'mcp:read',
  updateWorkOrder: 'mcp:write',
  createFeedback: 'validator:write',
}
const forAdmins = ['deleteApiKey', 'inviteMember']
/** An API key is not a session, so these refuse it. */
const aboutSessions = ['signOut', 'getSession']

/** In this order, and all before the body is looked at: credential, rate limit, scope, organization, project. */
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
  const isFor = (scheme: keyof Caller) => route.security?.some((way) => scheme in way)
  if (!token.startsWith(apiKeyForm.prefix)) {
    if (!isFor('session')) throw new AuthError('invalidToken')
    const session = await authenticateSession(core, { token, realm })
    if (!isMember(session)) throw new AuthError('invalidToken')
    return { session }
  }
  if (aboutSessions.includes(operationId)) throw new AuthError('invalidToken')
  const { apiKey } = await authenticateApiKey(core, { key: token, form: apiKeyForm })
  if (!isFor('apiKey')) throw new AuthError('apiKeyNotAllowed')
  if (!isOrganizations(apiKey)) throw new AuthError('invalidApiKey')
  return { apiKey }
}

function isMember(session: SessionWithUser): session is Person {
  return session.organizationId !== null && session.organizationRole !== null
}

const isOrganizations = (apiKey: ApiKey): apiKey is Caller['apiKey'] => apiKey.organizationId !== null

/** @throws {AuthError} notMember, notAdmin, projectNotFound */
async function authorizeSession(
  core: Core,
  { userId }: Person,
  { operationId, params }: Call,
): Promise<void> {
  const organizationId = idIn(params.orgId, zOrgIdParameter)
  if (organizationId !== undefined) {
    const require = forAdmins.includes(operationId) ? requireAdmin : requireMember
    await require(core, { organizationId, userId })
  }
  const projectId = idIn(params.projectId, zProjectIdParameter)
  if (projectId !== undefined) await requireProject(core, projectId, { userId })
}

/** @throws {AuthError} missingScope, wrongProject, projectNotFound */
async function authorizeKey(
  core: Core,
  apiKey: Caller['apiKey'],
  { operationId, params }: Call,
): Promise<void> {
  const projectId = idIn(params.projectId, zProjectIdParameter)
  assertScope(apiKey, neededScope[operationId] ?? '', projectId)
  if (projectId !== undefined) await requireProject(core, projectId, apiKey)
}

/** Invalid ids are rejected later, by request validation. */
function idIn(value: string | undefined, schema: typeof zOrgIdParameter): string | undefined {
  return value === undefined ? undefined : schema.safeParse(value).data
}
