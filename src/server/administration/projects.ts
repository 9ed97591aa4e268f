import { UserError } from '../../common/user-error.ts'
import { createApiKey, listApiKeys, revokeApiKey } from '../../core/api-keys.ts'
import { newHexSecret } from '../../core/secrets.ts'
import type { ApiKey } from '../../core/tables.ts'
import type { Administration } from '../../variants/variant.ts'
import { type AdminContext, operatorRequestMeta } from './open.ts'

export interface ProjectScope {
  project?: string
  environment?: string
}
type Projects = NonNullable<Administration['projects']>

/**
 * Returns the realm (pool of users) of a project and environment. An API without projects has the single
 * realm ''.
 * @throws {UserError} when the project is missing or unknown, or the API has no projects
 */
export async function realmOf(
  { variant, core, store }: AdminContext,
  { project, environment }: ProjectScope,
): Promise<string> {
  const { projects } = variant.administration
  if (!projects) {
    if (project !== undefined || environment !== undefined) throw noProjects()
    return ''
  }
  if (!project || !environment)
    throw new UserError('Users of this API belong to a project. Add --project <id> and --environment <name>.')
  const realm = projects.realmOf(project, environment)
  // Revoked keys count: the users of the project still exist.
  if ((await store.count('apiKeys', { realm })) > 0) return realm
  const known = (await listApiKeys(core, {})).map((key) => {
    const { projectId, environment } = projects.scopeOf(key.realm)
    return `${projectId}/${environment}`
  })
  const list =
    known.length > 0
      ? `Known projects: ${[...new Set(known)].join(', ')}.`
      : 'Create one with create-project.'
  throw new UserError(`Unknown project ${project}/${environment}. ${list}`)
}

const noProjects = () => new UserError('This API has no projects.')

function projectsOf({ variant }: AdminContext): Projects {
  const { projects } = variant.administration
  if (!projects) throw noProjects()
  return projects
}

export interface NewKey {
  id: string
  kind: string
  project: string
  environment: string
  /** Only a hash is stored, so it cannot be shown again. */
  key: string
}

/**
 * Creates a project by creating its keys.
 * @returns one key of each kind
 * @throws {UserError} when the API has no projects, or a name is invalid
 */
export async function createProject(
  context: AdminContext,
  { name, environment }: { name: string; environment: string },
): Promise<NewKey[]> {
  const { keyFormats } = projectsOf(context)
  const project = `prj_${newHexSecret(context.core, 6)}`
  const keys: NewKey[] = []
  for (const kind of Object.keys(keyFormats))
    keys.push(await createKey(context, { project, environment, kind, name }))
  return keys
}

/**
 * Creates an API key of a project.
 * @throws {UserError} when the API has no projects, or the kind or a name is invalid
 */
export async function createKey(
  context: AdminContext,
  { project, environment, kind, name }: { project: string; environment: string; kind: string; name: string },
): Promise<NewKey> {
  const { realmOf, keyFormats } = projectsOf(context)
  const format = Object.hasOwn(keyFormats, kind) ? keyFormats[kind] : undefined
  if (!format)
    throw new UserError(`Unknown kind of key ${kind}. Use ${Object.keys(keyFormats).join(' or ')}.`)
  for (const part of [project, environment])
    if (!/^[\w-]{1,64}$/.test(part))
      throw new UserError(
        'Names of projects and environments have 1 to 64 characters: letters, digits, - and _.',
      )
  const { apiKey, key } = await createApiKey(context.core, {
    format,
    kind,
    name,
    realm: realmOf(project, environment),
    scopes: [],
    knownScopes: [],
    authority: [],
    requestMeta: operatorRequestMeta,
  })
  return { id: apiKey.id, kind, project, environment, key }
}

/**
 * Lists the keys of all owners, newest first, without revoked ones.
 * @throws {UserError} when a project is given and the API has no projects
 */
export async function listKeys(
  { variant, core }: AdminContext,
  { project, environment }: ProjectScope,
): Promise<(ApiKey & ProjectScope)[]> {
  const { projects } = variant.administration
  if (!projects && (project !== undefined || environment !== undefined)) throw noProjects()
  return (await listApiKeys(core, {}))
    .map((key) => {
      const scope = projects?.scopeOf(key.realm)
      return scope ? { ...key, project: scope.projectId, environment: scope.environment } : key
    })
    .filter((key: ApiKey & ProjectScope) => project === undefined || key.project === project)
    .filter((key: ApiKey & ProjectScope) => environment === undefined || key.environment === environment)
}

/**
 * Revokes any key. Takes effect on its next call.
 * @returns whether the key was already revoked
 * @throws {UserError} when the key is unknown
 */
export async function revokeKey({ core, store }: AdminContext, id: string): Promise<boolean> {
  const known = await store.find('apiKeys', { id })
  if (!known) throw new UserError(`Unknown API key ${id}.`)
  const { realm } = known
  const { wasRevoked } = await revokeApiKey(core, {
    id,
    owner: { realm },
    realm,
    userId: null,
    authority: [],
    requestMeta: operatorRequestMeta,
  })
  return wasRevoked
}
