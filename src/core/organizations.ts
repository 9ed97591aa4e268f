import { findUser, newUser, releaseEmailChanges } from './accounts.ts'
import { parseEmail } from './emails.ts'
import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import type { Core, RequestMeta } from './ports.ts'
import { type SignUpInput, type SignUpResult, signUp } from './sign-up.ts'
import { type Change, insert } from './store.ts'
import type { Membership, Organization, Project, User } from './tables.ts'

/**
 * Makes an account and an organization of which it is the admin, all or nothing. Opens a session if the rules say so.
 * @throws {AuthError} as `signUp`
 */
export async function signUpWithOrganization(
  core: Core,
  { organizationName, ...input }: Omit<SignUpInput, 'extraChanges'> & { organizationName: string },
): Promise<SignUpResult & { organization: Organization }> {
  let organization: Organization | undefined
  const result = await signUp(core, {
    ...input,
    extraChanges: async (user) => {
      const made = await newOrganization(core, { name: organizationName, userId: user.id })
      organization = made.organization
      return made.changes
    },
  })
  if (!organization) throw new Error('A sign-up made no organization')
  return { ...result, organization }
}

/**
 * An organization to be, with its first admin, for callers that write it together with other rows: the user too, perhaps.
 * If its slug is taken by then, make another.
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

/** Lower case, and one `-` for each run of anything but letters and digits of ASCII. */
export function slugOf(name: string, fallback: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || fallback
  )
}

/** The slug itself, or with the first of `-2`, `-3`, ... that is free. Looks a few times, however many there are. */
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

/** @throws {AuthError} notMember, also for an organization that does not exist */
export async function requireMember(
  { store }: Pick<Core, 'store'>,
  { organizationId, userId }: { organizationId: string; userId: string },
): Promise<Membership> {
  const membership = await store.find('memberships', { organizationId, userId })
  if (!membership) throw new AuthError('notMember')
  return membership
}

/** @throws {AuthError} notMember, notAdmin */
export async function requireAdmin(
  core: Pick<Core, 'store'>,
  member: { organizationId: string; userId: string },
): Promise<Membership> {
  const membership = await requireMember(core, member)
  if (membership.role !== 'admin') throw new AuthError('notAdmin')
  return membership
}

/**
 * Makes somebody a member. An address without an account gets one without a password, which its owner claims by a reset.
 * Check first that the caller is an admin.
 * @param input.email as it was sent @throws {AuthError} invalidEmail, alreadyMember; notMember when the organization
 *   was deleted meanwhile
 */
export function inviteMember(
  core: Core,
  {
    organizationId,
    realm,
    email: sent,
    role,
    invitedBy,
    requestMeta,
  }: {
    organizationId: string
    realm: string
    email: string
    role: string
    /** Id of the user who invites. */
    invitedBy: string
    requestMeta: RequestMeta
  },
): Promise<{ user: User; membership: Membership }> {
  return audited(core, { name: 'invitation', realm, requestMeta, userId: invitedBy }, async () => {
    const email = parseEmail(sent)
    for (let round = 0; round < 3; round++) {
      const known = await findUser(core, { realm, email })
      const user =
        known ??
        newUser(core, { realm, email, name: email.slice(0, email.indexOf('@')), provider: 'invitation' })
      const membership = { organizationId, userId: user.id, role, createdAt: core.now() }
      const outcome = await core.store.write([
        ...(known ? [] : [...releaseEmailChanges(core, user), insert('users', user)]),
        insert('memberships', membership),
      ])
      if (outcome.done) return { user, membership }
      if (known && outcome.reason === 'taken') throw new AuthError('alreadyMember')
      // The account came or went meanwhile. Or the organization did, and does so for good.
    }
    throw new AuthError('notMember')
  })
}

/** A project with a slug of its own within the organization. Check first that the caller is a member. @throws {AuthError} notMember */
export async function createProject(
  core: Core,
  { organizationId, name, description = null }: Pick<Project, 'organizationId' | 'name'> & Partial<Project>,
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
    const outcome = await core.store.write([insert('projects', project)])
    if (outcome.done) return project
    // The organization was deleted meanwhile.
    if (outcome.reason !== 'taken') throw new AuthError('notMember')
  }
}

/**
 * The project, if the caller can reach it: as a member of its organization, or with a key of it.
 * @throws {AuthError} projectNotFound, also for one that exists elsewhere
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
