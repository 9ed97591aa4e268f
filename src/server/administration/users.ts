import type { UserState } from '../../../generated/_dev/types.ts'
import { UserError } from '../../common/user-error.ts'
import { newUser } from '../../core/accounts.ts'
import { canonicalEmail, parseEmail } from '../../core/emails.ts'
import { AuthError } from '../../core/errors.ts'
import { audited } from '../../core/events.ts'
import { newOrganization } from '../../core/organizations.ts'
import { assertNewPassword, hashPassword } from '../../core/passwords.ts'
import type { Core } from '../../core/ports.ts'
import { hashOf, newSecret } from '../../core/secrets.ts'
import { createAccount } from '../../core/sign-up.ts'
import { type Change, insert, remove, update } from '../../core/store.ts'
import type { User } from '../../core/tables.ts'
import { uploadFolder } from '../../core/uploads.ts'
import { type AdminContext, operator } from './open.ts'
import { realmOf } from './projects.ts'
import { changesToUsers, findUser, roleOf } from './user-changes.ts'

export interface NewAdmin {
  email: string
  name: string
  /** Null for one that is made up. */
  password: string | null
  organization?: string
  project?: string
  environment?: string
}

/**
 * Makes an administrator with a verified address.
 * @returns the password, when it was made up
 * @throws {UserError}
 */
export async function createAdmin(
  context: AdminContext,
  { email: sent, name, password, organization, ...scope }: NewAdmin,
): Promise<{ user: User; password: string | null }> {
  const { variant, core } = context
  const { adminRole, rolesBelongTo } = variant.administration
  if (adminRole === undefined) throw new UserError('This API has no administrators.')
  const isMember = rolesBelongTo === 'membership'
  if (isMember && !organization)
    throw new UserError('An administrator here is one of an organization: add --organization <name>.')
  if (!isMember && organization !== undefined)
    throw new UserError('This API has no organizations: leave --organization out.')
  const realm = await realmOf(context, scope)
  const secret = password ?? newSecret(core, 16)
  return audited(core, { name: 'signUp', realm, requestMeta: operator }, async (setUserId) => {
    const email = parseEmail(sent)
    await assertNewPassword(core, secret)
    const user = newUser(core, {
      realm,
      email,
      name,
      emailVerifiedAt: core.now(),
      passwordHash: await hashPassword(core, secret),
      ...(!isMember && { role: adminRole }),
    })
    setUserId(user.id)
    await createAccount(core, user, {
      requestMeta: operator,
      opensSession: false,
      ...(isMember && {
        extraChanges: async () =>
          (await newOrganization(core, { name: organization ?? '', userId: user.id })).changes,
      }),
    })
    const role = await roleOf(core, variant.administration, user)
    return { user: { ...user, role }, password: password === null ? secret : null }
  }).catch((error) => {
    throw refused(error)
  })
}

function refused(error: unknown): unknown {
  return error instanceof AuthError ? new UserError(refusals[error.code] ?? error.code) : error
}

const refusals: Partial<Record<AuthError['code'], string>> = {
  invalidEmail: 'That is no e-mail address.',
  emailTaken: 'There is an account with this address: make it an administrator with set-role.',
  commonPassword: 'Too many people use this password: choose another.',
  passwordTooShort: 'The password is too short for the rules of this API.',
  passwordTooLong: 'The password is too long for the rules of this API.',
  passwordTooSimple: 'The password is too simple for the rules of this API.',
  malformedPassword: 'The password is not valid Unicode.',
}

/** The newest first, with the roles that `changeUser` changes. @throws {UserError} */
export async function listUsers(
  context: AdminContext,
  { email, limit, ...scope }: { email?: string; limit: number; project?: string; environment?: string },
): Promise<User[]> {
  const { variant, store } = context
  const isPlaced = scope.project !== undefined || scope.environment !== undefined
  const realm = isPlaced ? await realmOf(context, scope) : undefined
  const ip = email === undefined ? undefined : canonicalEmail(email)
  if (email !== undefined && ip === undefined) throw refused(new AuthError('invalidEmail'))
  const users = await store.list(
    'users',
    { ...(ip !== undefined && { email: ip }), ...(realm !== undefined && { realm }) },
    { orderBy: ['createdAt', 'id'], descending: true, limit },
  )
  // One after the other: there may be more of them than connections.
  const listed: User[] = []
  for (const user of users)
    listed.push({ ...user, role: await roleOf({ store }, variant.administration, user) })
  return listed
}

/**
 * Changes an account; its owner is held to it from the next request on.
 * @param who id or address
 * @throws {UserError}
 */
export async function changeUser(
  { variant, core }: AdminContext,
  who: string,
  change: { role?: string; plan?: string; status?: 'active' | 'disabled' },
): Promise<UserState> {
  const [state] = await changesToUsers(core, variant.administration, [{ user: who, ...change }])
  if (!state) throw new Error('A change came to nothing')
  return state
}

/**
 * Deletes an account and every trace of it: what belongs to it, organizations that have nobody else, mails to it, and what it
 * uploaded.
 * @param who id or address
 * @throws {UserError}
 */
export async function eraseUser({ core, files }: AdminContext, who: string): Promise<User> {
  const user = await findUser(core, who)
  const { id, realm, email } = user
  // First, so that it can be done again when the storage is away. What arrives meanwhile is swept.
  await files.port.removeAll(uploadFolder(id))
  await audited(core, { name: 'accountDeletion', realm, requestMeta: operator, userId: id }, async () => {
    const sent =
      email === null
        ? []
        : [remove('outbox', { realm, recipient: email }), remove('oneTimeTokens', { realm, email })]
    for (;;) {
      const outcome = await core.store.write([
        remove('users', { id }, { expect: 1 }),
        ...(await removeOrganizationsChanges(core, id)),
        ...sent,
      ])
      if (outcome.done) return
      if (outcome.step === 0) throw new UserError('The account has just gone.')
      // Somebody has joined one of the organizations meanwhile, which is theirs now.
    }
  })
  return user
}

/**
 * The changes that remove the organizations of which nobody else is a member: nobody could reach them any more. They are
 * refused when somebody joins one meanwhile.
 */
async function removeOrganizationsChanges({ store }: Core, userId: string): Promise<Change[]> {
  const memberships = await store.list('memberships', { userId }, { orderBy: 'organizationId' })
  const removals = await Promise.all(
    memberships.map(async ({ organizationId }) => {
      const others = { organizationId, userId: { not: userId } }
      if ((await store.count('memberships', others)) > 0) return []
      return [
        // A new value in a key locks the row against those who refer to it, and waits for those who do so just now:
        // https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS
        update('organizations', { id: organizationId }, { slug: organizationId }),
        remove('memberships', others, { expect: 0 }),
        remove('organizations', { id: organizationId }),
      ]
    }),
  )
  return removals.flat()
}

const invitationSeconds = 7 * 24 * 60 * 60

/**
 * Lets one newcomer in where registration is by invitation.
 * @returns the token for the sign-up, which nobody can see again, and its end in milliseconds since 1970
 * @throws {UserError}
 */
export async function invite({ variant, core }: AdminContext): Promise<{ token: string; expiresAt: number }> {
  const { invitationPurpose } = variant.administration
  if (invitationPurpose === undefined)
    throw new UserError('Operators of this API invite nobody: people sign up, or are invited by others.')
  return audited(core, { name: 'invitation', realm: '', requestMeta: operator }, async () => {
    const [token, createdAt] = [newSecret(core), core.now()]
    const expiresAt = createdAt + invitationSeconds * 1000
    const row = {
      tokenHash: hashOf(token),
      purpose: invitationPurpose,
      realm: '',
      userId: null,
      email: null,
      data: {},
      createdAt,
      expiresAt,
    }
    const outcome = await core.store.write([insert('oneTimeTokens', row)])
    if (!outcome.done) throw new Error('An invitation was not written')
    return { token, expiresAt }
  })
}
