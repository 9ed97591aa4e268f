import { UserError } from '../../common/user-error.ts'
import { createApiKey, listApiKeys, revokeApiKey } from '../../core/api-keys.ts'
import { newHexSecret } from '../../core/secrets.ts'
import type { ApiKey } from '../../core/tables.ts'
import type { Administration } from '../../variants/variant.ts'
import { type AdminContext, operator } from './open.ts'

export interface ProjectScope {
  project?: string
  environment?: string
}
type Projects = NonNullable<Administration['projects']>

/**
 * The pool of users that is meant.
 * @throws {UserError} when it is not said, there is no such project, or there is only one pool
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
    throw new UserError('Users here belong to a project: add --project <id> and --environment <name>.')
  const realm = projects.realmOf(project, environment)
  // Also one whose keys are revoked: its people are still there.
  if ((await store.count('apiKeys', { realm })) > 0) return realm
  const known = (await listApiKeys(core, {})).map((key) => {
    const { projectId, environment } = projects.placeOf(key.realm)
    return `${projectId}/${environment}`
  })
  const list =
    known.length > 0 ? `There are: ${[...new Set(known)].join(', ')}.` : 'Make one with create-project.'
  throw new UserError(`There is no project ${project}/${environment}. ${list}`)
}

const noProjects = () => new UserError('This API has no projects with keys of operators.')

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
  /** Nobody can see it again. */
  key: string
}

/** A project is what its keys lead to. @returns one key of each kind @throws {UserError} */
export async function createProject(
  context: AdminContext,
  { name, environment }: { name: string; environment: string },
): Promise<NewKey[]> {
  const { keyForms } = projectsOf(context)
  const project = `prj_${newHexSecret(context.core, 6)}`
  const keys: NewKey[] = []
  for (const kind of Object.keys(keyForms))
    keys.push(await createKey(context, { project, environment, kind, name }))
  return keys
}

/** @throws {UserError} */
export async function createKey(
  context: AdminContext,
  { project, environment, kind, name }: { project: string; environment: string; kind: string; name: string },
): Promise<NewKey> {
  const { realmOf, keyForms } = projectsOf(context)
  const form = Object.hasOwn(keyForms, kind) ? keyForms[kind] : undefined
  if (!form) throw new UserError(`There are keys of the kinds ${Object.keys(keyForms).join(' and ')}.`)
  for (const part of [project, environment])
    if (!/^[\w-]{1,64}$/.test(part))
      throw new UserError('Projects and environments are named with letters, digits, - and _, 64 at most.')
  const { apiKey, key } = await createApiKey(context.core, {
    form,
    kind,
    name,
    realm: realmOf(project, environment),
    scopes: [],
    knownScopes: [],
    requestMeta: operator,
  })
  return { id: apiKey.id, kind, project, environment, key }
}

/** Keys of everybody that were not revoked, the newest first. @throws {UserError} */
export async function listKeys(
  { variant, core }: AdminContext,
  { project, environment }: ProjectScope,
): Promise<(ApiKey & ProjectScope)[]> {
  const { projects } = variant.administration
  if (!projects && (project !== undefined || environment !== undefined)) throw noProjects()
  return (await listApiKeys(core, {}))
    .map((key) => {
      const scope = projects?.placeOf(key.realm)
      return scope ? { ...key, project: scope.projectId, environment: scope.environment } : key
    })
    .filter((key: ApiKey & ProjectScope) => project === undefined || key.project === project)
    .filter((key: ApiKey & ProjectScope) => environment === undefined || key.environment === environment)
}

/**
 * The next call with it fails, whosever key it is.
 * @returns whether it had been revoked before
 * @throws {UserError}
 */
export async function revokeKey({ core, store }: AdminContext, id: string): Promise<boolean> {
  const known = await store.find('apiKeys', { id })
  if (!known) throw new UserError(`There is no key ${id}.`)
  const { realm } = known
  const { wasRevoked } = await revokeApiKey(core, {
    id,
    owner: { realm },
    realm,
    userId: null,
    requestMeta: operator,
  })
  return wasRevoked
}
