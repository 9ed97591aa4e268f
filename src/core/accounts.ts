import { type Authority, writeWithAuthority } from './authority.ts'
import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import { assertVisibleName } from './invisible.ts'
import type { Core, RequestMeta } from './ports.ts'
import { type Change, remove, update } from './store.ts'
import type { User } from './tables.ts'

/** Creates the row of a new user, with defaults for all fields that are not given. Writes nothing. */
export function newUser(core: Core, fields: Pick<User, 'realm' | 'email' | 'name'> & Partial<User>): User {
  const now = core.now()
  return {
    id: core.newId('user'),
    emailVerifiedAt: null,
    passwordHash: null,
    role: 'user',
    status: 'active',
    plan: null,
    picture: null,
    profile: {},
    provider: 'email',
    totpSecret: null,
    expiresAt: null,
    createdAt: now,
    updatedAt: now,
    ...fields,
  }
}

/**
 * Finds a user.
 * @returns undefined if the user does not exist or has expired
 */
export async function findUser(
  core: Pick<Core, 'store' | 'now'>,
  where: { realm: string; id: string } | { realm: string; email: string },
): Promise<User | undefined> {
  const user = await core.store.find('users', where)
  return user && (user.expiresAt === null || user.expiresAt > core.now()) ? user : undefined
}

/** Returns the changes that delete an expired account, so that its email can be used again. */
export function releaseEmailChanges(
  { now }: Pick<Core, 'now'>,
  { realm, email }: Pick<User, 'realm' | 'email'>,
): Change[] {
  return email === null ? [] : [remove('users', { realm, email, expiresAt: { before: now() + 1 } })]
}

/**
 * Finds a user.
 * @throws {AuthError} userNotFound
 */
export async function getUser(
  core: Pick<Core, 'store' | 'now'>,
  where: { realm: string; id: string },
): Promise<User> {
  const user = await findUser(core, where)
  if (!user) throw new AuthError('userNotFound')
  return user
}

/** The fields that users may change themselves. `profile` is merged field by field. */
export type ProfileChange = Partial<Pick<User, 'name' | 'picture' | 'profile'>>

/**
 * Changes the profile of a user. Concurrent changes are merged, so none is lost.
 * @returns the updated user
 * @throws {AuthError} userNotFound, invalidName; any code of `authority`
 */
export function updateProfile(
  core: Core,
  {
    realm,
    userId,
    authority,
    requestMeta,
    set,
  }: {
    realm: string
    userId: string
    authority: Authority
    requestMeta: RequestMeta
    /** A function receives the current user, and is called again after a concurrent change. */
    set: ProfileChange | ((user: User) => ProfileChange)
  },
): Promise<User> {
  return audited(core, { name: 'profileChange', realm, requestMeta, userId }, async () => {
    for (;;) {
      const user = await getUser(core, { realm, id: userId })
      const change = typeof set === 'function' ? set(user) : set
      if (change.name !== undefined) assertVisibleName(change.name)
      const changed = {
        ...change,
        profile: { ...user.profile, ...change.profile },
        // Always changes, because the write uses it to detect concurrent changes.
        updatedAt: Math.max(core.now(), user.updatedAt + 1),
      }
      const where = { id: userId, updatedAt: user.updatedAt }
      const outcome = await writeWithAuthority(core, authority, [
        update('users', where, changed, { expect: 1 }),
      ])
      if (outcome.done) return { ...user, ...changed }
    }
  })
}
