import { type Authority, writeWithAuthority } from './authority.ts'
import { AuthError } from './errors.ts'
import type { Core } from './ports.ts'
import { type SignUpInput, type SignUpResult, signUp } from './sign-up.ts'
import { type Change, insert } from './store.ts'
import type { Membership, Organization, Project } from './tables.ts'

/**
 * Signs up a user together with an organization of which the user is the admin, all or nothing.
 * @throws {AuthError} any code of `signUp`
 */
export async function signUpWithOrganization(
  core: Core,
  { organizationName, ...input }: Omit<SignUpInput, 'extraChanges'> & { organizationName: string },
): Promise<SignUpResult & { organization: Organization }> {
  let organization: Organization | undefined
  const result = await signUp(core, {
    ...input,
    extraChanges: async (user) => {
      const created = await newOrganization(core, { name: organizationName, userId: user.id })
      organization = created.organization
      return created.changes
    },
  })
  if (!organization) throw new Error('The sign-up did not create an organization')
  return { ...result, organization }
}

/**
 * Creates an organization and its first admin, without writing them: add `changes` to a write, for example of
 * the new user. If the write fails because the slug was taken in the meantime, call it again.
 */
export async function newOrganization(
  core: Core,
  { name, userId }: { name: string; userId: string },
): Promise<{ organization: Organization; changes: Change[] }> {
  const slug = await freeSlug(slugOf(name, 'org'), (slug) => core.store.find('organizations', { slug }))
  const createdAt = core.now()
  const organization = { id: core.newId('organization'), name, slug, createdAt }
  return {
    organization,
    changes: [
      insert('organizations', organization),
      insert('memberships', { organizationId: organization.id, userId, role: 'admin', createdAt }),
    ],
  }
}

/**
 * Converts a name to a slug: lower case, with one `-` for each run of characters other than ASCII letters and
 * digits.
 * @param fallback the slug of a name without such letters and digits
 */
export function slugOf(name: string, fallback: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || fallback
  )
}

/** Returns the slug, or the first free one of `-2`, `-3` and so on. Needs O(log n) queries. */
async function freeSlug(slug: string, find: (slug: string) => Promise<unknown>): Promise<string> {
  const numbered = (number: number) => (number === 1 ? slug : `${slug}-${number}`)
  const isFree = async (number: number) => (await find(numbered(number))) === undefined
  let free = 1
  while (!(await isFree(free))) free *= 2
  let taken = Math.floor(free / 2)
  while (free - taken > 1) {
    const middle = Math.floor((free + taken) / 2)
    if (await isFree(middle)) free = middle
    else taken = middle
  }
  return numbered(free)
}

/**
 * Returns the membership of a user in an organization.
 * @throws {AuthError} notMember, also if the organization does not exist
 */
export async function requireMember(
  { store }: Pick<Core, 'store'>,
  { organizationId, userId }: { organizationId: string; userId: string },
): Promise<Membership> {
  const membership = await store.find('memberships', { organizationId, userId })
  if (!membership) throw new AuthError('notMember')
  return membership
}

/**
 * Returns the membership of an admin.
 * @throws {AuthError} notMember, notAdmin
 */
export async function requireAdmin(
  core: Pick<Core, 'store'>,
  member: { organizationId: string; userId: string },
): Promise<Membership> {
  const membership = await requireMember(core, member)
  if (membership.role !== 'admin') throw new AuthError('notAdmin')
  return membership
}

/**
 * Creates a project with a slug that is unique in its organization. The caller has to check the membership.
 * @throws {AuthError} notMember if the organization was deleted in the meantime; any code of `authority`
 */
export async function createProject(
  core: Core,
  {
    organizationId,
    name,
    description = null,
    authority,
  }: Pick<Project, 'organizationId' | 'name'> & Partial<Project> & { authority: Authority },
): Promise<Project> {
  for (;;) {
    const slug = await freeSlug(slugOf(name, 'project'), (slug) =>
      core.store.find('projects', { organizationId, slug }),
    )
    const project = {
      id: core.newId('project'),
      organizationId,
      name,
      slug,
      description,
      createdAt: core.now(),
    }
    const outcome = await writeWithAuthority(core, authority, [insert('projects', project)])
    if (outcome.done) return project
    if (outcome.reason !== 'taken') throw new AuthError('notMember')
  }
}

/**
 * Returns a project that the caller can access, as a member of the organization or with one of its API keys.
 * @throws {AuthError} projectNotFound, also if the project belongs to another organization
 */
export async function requireProject(
  { store }: Pick<Core, 'store'>,
  projectId: string,
  caller: { userId: string } | { organizationId: string },
): Promise<Project> {
  const project = await store.find('projects', { id: projectId })
  const isReachable =
    project &&
    ('userId' in caller
      ? await store.find('memberships', { organizationId: project.organizationId, userId: caller.userId })
      : project.organizationId === caller.organizationId)
  if (!isReachable) throw new AuthError('projectNotFound')
  return project
}
