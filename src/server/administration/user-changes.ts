import type { z } from '@hono/zod-openapi'
import type { zUserChange } from '../../../generated/_dev/schemas.ts'
import type { UserState } from '../../../generated/_dev/types.ts'
import { UserError } from '../../common/user-error.ts'
import { canonicalEmail } from '../../core/emails.ts'
import type { Core } from '../../core/ports.ts'
import { type Change, remove, update } from '../../core/store.ts'
import type { User } from '../../core/tables.ts'
import type { Administration } from '../../variants/variant.ts'

type UserChange = z.output<typeof zUserChange>

/**
 * Applies changes to accounts, all of them or none.
 * @returns the changed accounts, in the order of `changes`
 * @throws {UserError} notFound, unsupported, invalidRequest
 */
export async function applyUserChanges(
  core: Core,
  administration: Administration,
  changes: readonly UserChange[],
): Promise<UserState[]> {
  const states: UserState[] = []
  const steps: Change[] = []
  const events: Parameters<Core['record']>[0][] = []
  for (const change of changes) {
    assertKnown('role', change.role, administration.roles)
    assertKnown('plan', change.plan, administration.plans)
    const user = await findUser(core, change.user)
    if (change.role !== undefined) await assertCanHaveRole(core, administration, user)
    const state = await stateOf(core, administration, user)
    steps.push(...userChanges(core, administration, user, change))
    states.push({
      ...state,
      ...(change.status !== undefined && { status: change.status }),
      ...(change.role !== undefined && { role: change.role }),
      ...(change.plan !== undefined && { plan: change.plan }),
    })
    events.push({
      name: change.status === 'deleted' ? 'accountDeletion' : 'accountChange',
      outcome: 'succeeded',
      reason: null,
      at: core.now(),
      realm: user.realm,
      userId: user.id,
      ip: null,
    })
  }
  const outcome = await core.store.write(steps)
  if (!outcome.done) throw new UserError('One of the users was deleted meanwhile.', { code: 'notFound' })
  for (const event of events) core.record(event)
  return states
}

function assertKnown(kind: 'role' | 'plan', name: string | undefined, known: readonly string[]): void {
  if (name === undefined || known.includes(name)) return
  const list = known.length > 0 ? `, only ${new Intl.ListFormat('en').format(known)}` : ''
  throw new UserError(`This API has no ${kind} ${name}${list}.`, { code: 'unsupported' })
}

async function assertCanHaveRole(
  { store }: Core,
  { rolesBelongTo }: Administration,
  { id, email }: User,
): Promise<void> {
  if (rolesBelongTo === 'user' || (await store.count('memberships', { userId: id })) > 0) return
  throw new UserError(`${email ?? id} is not a member of an organization, so it cannot have a role.`, {
    code: 'unsupported',
  })
}

/**
 * Finds a user by id or email.
 * @throws {UserError} notFound; invalidRequest when several environments have a user with this email
 */
export async function findUser({ store }: Pick<Core, 'store'>, idOrEmail: string): Promise<User> {
  const user = await store.find('users', { id: idOrEmail })
  if (user) return user
  const email = canonicalEmail(idOrEmail)
  const users =
    email === undefined ? [] : await store.list('users', { email }, { orderBy: 'createdAt', limit: 2 })
  const [first, second] = users
  if (!first) throw new UserError(`No user ${idOrEmail} found.`, { code: 'notFound' })
  if (second) throw new UserError(`Several environments have a user ${idOrEmail}. Use the id instead.`)
  return first
}

function userChanges(
  core: Core,
  { rolesBelongTo }: Administration,
  { id }: User,
  { status, role, plan }: UserChange,
): Change[] {
  if (status === 'deleted') return [remove('users', { id }, { expect: 1 })]
  const columns = {
    ...(status !== undefined && { status }),
    ...(plan !== undefined && { plan }),
    ...(role !== undefined && rolesBelongTo === 'user' && { role }),
  }
  return [
    update('users', { id }, { ...columns, updatedAt: core.now() }, { expect: 1 }),
    ...(role !== undefined && rolesBelongTo === 'membership'
      ? [update('memberships', { userId: id }, { role })]
      : []),
  ]
}

/** Describes a user for a development control. */
export async function stateOf(core: Core, administration: Administration, user: User): Promise<UserState> {
  const { id, email, status, plan } = user
  return { id, email, status, role: await roleOf(core, administration, user), plan }
}

/** Returns the role of a user: the user's own, or the one in the first organization that the user joined. */
export async function roleOf(
  { store }: Pick<Core, 'store'>,
  { rolesBelongTo }: Administration,
  { id, role }: User,
): Promise<string> {
  if (rolesBelongTo === 'user') return role
  const listing = { orderBy: ['createdAt' as const, 'organizationId' as const], limit: 1 }
  const [membership] = await store.list('memberships', { userId: id }, listing)
  return membership?.role ?? role
}
