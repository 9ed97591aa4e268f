import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import type { Core, RequestMeta } from './ports.ts'
import { type Change, remove, update } from './store.ts'
import type { User } from './tables.ts'

/** A row for somebody new, as yet unwritten. Everything that is not given is the ordinary case. */
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

/** @returns undefined for nobody, and for those whose time is over */
export async function findUser(
  core: Pick<Core, 'store' | 'now'>,
  where: { realm: string; id: string } | { realm: string; email: string },
): Promise<User | undefined> {
  const user = await core.store.find('users', where)
  return user && (user.expiresAt === null || user.expiresAt > core.now()) ? user : undefined
}

/** The changes with which one whose time is over leaves an address to a newcomer. */
export function releaseEmailChanges(
  { now }: Pick<Core, 'now'>,
  { realm, email }: Pick<User, 'realm' | 'email'>,
): Change[] {
  return email === null ? [] : [remove('users', { realm, email, expiresAt: { before: now() + 1 } })]
}

/** @throws {AuthError} userNotFound */
export async function getUser(
  core: Pick<Core, 'store' | 'now'>,
  where: { realm: string; id: string },
): Promise<User> {
  const user = await findUser(core, where)
  if (!user) throw new AuthError('userNotFound')
  return user
}

/** What people may change about themselves. `profile` is merged by field. */
export type ProfileChange = Partial<Pick<User, 'name' | 'picture' | 'profile'>>

/**
 * Changes are merged with what is there, even if two arrive at once.
 * @returns the user afterwards @throws {AuthError} userNotFound
 */
export function updateProfile(
  core: Core,
  {
    realm,
    userId,
    requestMeta,
    set,
  }: {
    realm: string
    userId: string
    requestMeta: RequestMeta
    /** A function gets the latest user, and is called again when another change came first. */
    set: ProfileChange | ((user: User) => ProfileChange)
  },
): Promise<User> {
  return audited(core, { name: 'profileChange', realm, requestMeta, userId }, async () => {
    for (;;) {
      const user = await getUser(core, { realm, id: userId })
      const change = typeof set === 'function' ? set(user) : set
      const changed = {
        ...change,
        profile: { ...user.profile, ...change.profile },
        // A different one each time, since it is what tells that nobody else was here meanwhile.
        updatedAt: Math.max(core.now(), user.updatedAt + 1),
      }
      const where = { id: userId, updatedAt: user.updatedAt }
      const outcome = await core.store.write([update('users', where, changed, { expect: 1 })])
      if (outcome.done) return { ...user, ...changed }
    }
  })
}
