import { zOrgIdParameter, zProjectIdParameter } from '../../../generated/openfactory/schemas.ts'
import { authenticateApiKey, requireScope } from '../../core/api-keys.ts'
import { AuthError } from '../../core/errors.ts'
import { consume } from '../../core/limits.ts'
import { requireAdmin, requireMember, requireProject } from '../../core/organizations.ts'
import type { Core } from '../../core/ports.ts'
import { authenticate as authenticateSession } from '../../core/sessions.ts'
import type { ApiKey, SignedIn } from '../../core/tables.ts'
import { bearerToken } from '../../http/bearer.ts'
import type { Call } from '../../http/input.ts'
import { apiKeyForm, realm, type scopes } from './rules.ts'

/** Who is calling, by the name of the security scheme. */
export interface Caller {
  session: Person
  apiKey: ApiKey & { organizationId: string }
}

/** Somebody signed in. Without an organization nobody is. */
export type Person = SignedIn & { organizationId: string; organizationRole: string }

const neededScope: Record<string, (typeof scopes)[number]> = {
  listWorkOrders: 'mcp:read',
  updateWorkOrder: 'mcp:write',
  createFeedback: 'validator:write',
}
const forAdmins = ['deleteApiKey', 'inviteMember']
/** A key is no session, so it cannot be asked about as one. */
const aboutSessions = ['signOut', 'getSession']

/**
 * Who is calling, and may they do so? All of it is decided before the body is looked at: credential, rate limit, scope,
 * organization, project.
 */
export async function authenticate(core: Core, call: Call): Promise<Partial<Caller>> {
  const token = bearerToken(call.request)
  if (token === undefined) throw new AuthError('invalidToken')
  const isFor = (scheme: keyof Caller) => call.route.security?.some((way) => scheme in way)
  if (!token.startsWith(apiKeyForm.prefix)) {
    if (!isFor('session')) throw new AuthError('invalidToken')
    const session = await authenticateSession(core, { token, realm })
    if (!isMember(session)) throw new AuthError('invalidToken')
    await admitPerson(core, session, call)
    return { session }
  }
  if (aboutSessions.includes(call.operationId)) throw new AuthError('invalidToken')
  const { apiKey } = await authenticateApiKey(core, { key: token, form: apiKeyForm })
  if (!isFor('apiKey')) throw new AuthError('apiKeyNotAllowed')
  if (!isOrganizations(apiKey)) throw new AuthError('invalidApiKey')
  await admitKey(core, apiKey, call)
  return { apiKey }
}

const isMember = (session: SignedIn): session is Person =>
  session.organizationId !== null && session.organizationRole !== null

const isOrganizations = (apiKey: ApiKey): apiKey is Caller['apiKey'] => apiKey.organizationId !== null

/** @throws {AuthError} notMember, notAdmin, projectNotFound */
async function admitPerson(core: Core, { userId }: Person, { operationId, params }: Call): Promise<void> {
  const organizationId = idIn(params.orgId, zOrgIdParameter)
  if (organizationId !== undefined) {
    const admit = forAdmins.includes(operationId) ? requireAdmin : requireMember
    await admit(core, { organizationId, userId })
  }
  const projectId = idIn(params.projectId, zProjectIdParameter)
  if (projectId !== undefined) await requireProject(core, projectId, { userId })
}

/** @throws {AuthError} rateLimited, missingScope, wrongProject, projectNotFound */
async function admitKey(core: Core, apiKey: Caller['apiKey'], { operationId, params }: Call): Promise<void> {
  if (operationId === 'createFeedback') await consume(core, operationId, apiKey.id)
  const projectId = idIn(params.projectId, zProjectIdParameter)
  requireScope(apiKey, neededScope[operationId] ?? '', projectId)
  if (projectId !== undefined) await requireProject(core, projectId, apiKey)
}

/** What is no id is left to validation. */
const idIn = (value: string | undefined, schema: typeof zOrgIdParameter): string | undefined =>
  value === undefined ? undefined : schema.safeParse(value).data
