import type { UserState } from '../../../generated/_dev/types.ts'
import { UserError } from '../../common/user-error.ts'
import { newUser } from '../../core/accounts.ts'
import { canonicalEmail, parseEmail } from '../../core/emails.ts'
import { AuthError } from '../../core/errors.ts'
import { audited } from '../../core/events.ts'
import { assertVisibleName } from '../../core/invisible.ts'
import { newOrganization } from '../../core/organizations.ts'
import { assertNewPassword, hashPassword } from '../../core/passwords.ts'
import type { Core } from '../../core/ports.ts'
import { hashOf, newSecret } from '../../core/secrets.ts'
import { createAccount } from '../../core/sign-up.ts'
import { type Change, insert, remove, update } from '../../core/store.ts'
import type { User } from '../../core/tables.ts'
import { uploadFolder } from '../../core/uploads.ts'
import { type AdminContext, operatorRequestMeta } from './open.ts'
import { realmOf } from './projects.ts'
import { applyUserChanges, findUser, roleOf } from './user-changes.ts'

export interface NewAdmin {
  email: string
  name: string
  /** Null generates a password. */
  password: string | null
  organization?: string
  project?: string
  environment?: string
}

/**
 * Creates an administrator with a verified email.
 * @returns the user, and the password if it was generated
 * @throws {UserError} when the API has no administrators, or an argument is invalid
 */
export async function createAdmin(
  context: AdminContext,
  { email: rawEmail, name, password, organization, ...scope }: NewAdmin,
): Promise<{ user: User; password: string | null }> {
  const { variant, core } = context
  const { adminRole, rolesBelongTo } = variant.administration
  if (adminRole === undefined) throw new UserError('This API has no administrators.')
  const isMember = rolesBelongTo === 'membership'
  if (isMember && !organization)
    throw new UserError('Administrators of this API belong to an organization. Add --organization <name>.')
  if (!isMember && organization !== undefined)
    throw new UserError('This API has no organizations. Remove --organization.')
  const realm = await realmOf(context, scope)
  const secret = password ?? newSecret(core, 16)
  return audited(core, { name: 'signUp', realm, requestMeta: operatorRequestMeta }, async (setUserId) => {
    const email = parseEmail(rawEmail)
    assertVisibleName(name)
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
      requestMeta: operatorRequestMeta,
      opensSession: false,
      ...(isMember && {
        extraChanges: async () =>
          (await newOrganization(core, { name: organization ?? '', userId: user.id })).changes,
      }),
    })
    const role = await roleOf(core, variant.administration, user)
    return { user: { ...user, role }, password: password === null ? secret : null }
  }).catch((error) => {
    throw asUserError(error)
  })
}

function asUserError(error: unknown): unknown {
  return error instanceof AuthError ? new UserError(messages[error.code] ?? error.code) : error
}

const messages: Partial<Record<AuthError['code'], string>> = {
  invalidEmail: 'The email address is invalid.',
  invalidName: 'The name has invisible characters.',
  emailTaken: 'An account with this email exists. Make it an administrator with set-role.',
  commonPassword: 'The password is too common. Choose another one.',
  passwordTooShort: 'The password is too short for the rules of this API.',
  passwordTooLong: 'The password is too long for the rules of this API.',
  passwordTooSimple: 'The password is too simple for the rules of this API.',
  malformedPassword: 'The password is not valid Unicode.',
}

/**
 * Lists users, newest first, each with the role that `changeUser` can change.
 * @throws {UserError} when the email is invalid, or the project is unknown
 */
export async function listUsers(
  context: AdminContext,
  { email, limit, ...scope }: { email?: string; limit: number; project?: string; environment?: string },
): Promise<User[]> {
  const { variant, store } = context
  const hasScope = scope.project !== undefined || scope.environment !== undefined
  const realm = hasScope ? await realmOf(context, scope) : undefined
  const canonical = email === undefined ? undefined : canonicalEmail(email)
  if (email !== undefined && canonical === undefined) throw asUserError(new AuthError('invalidEmail'))
  const users = await store.list(
    'users',
    { ...(canonical !== undefined && { email: canonical }), ...(realm !== undefined && { realm }) },
    { orderBy: ['createdAt', 'id'], descending: true, limit },
  )
  // Sequentially, because there may be more users than database connections.
  const listed: User[] = []
  for (const user of users)
    listed.push({ ...user, role: await roleOf({ store }, variant.administration, user) })
  return listed
}

/**
 * Changes an account. Takes effect on its next request.
 * @throws {UserError} when the user, the role or the plan is unknown
 */
export async function changeUser(
  { variant, core }: AdminContext,
  idOrEmail: string,
  change: { role?: string; plan?: string; status?: 'active' | 'disabled' },
): Promise<UserState> {
  const [state] = await applyUserChanges(core, variant.administration, [{ user: idOrEmail, ...change }])
  if (!state) throw new Error('applyUserChanges returned no state')
  return state
}

/**
 * Deletes an account with its data: its organizations that have no other member, its mails and its uploads.
 * @returns the deleted user
 * @throws {UserError} when the user is unknown
 */
export async function deleteUser({ core, files }: AdminContext, idOrEmail: string): Promise<User> {
  const user = await findUser(core, idOrEmail)
  const { id, realm, email } = user
  // Uploads go first, so that the command can be repeated when the file storage is unavailable. Uploads that
  // arrive meanwhile are swept later.
  await files.port.removeAll(uploadFolder(id))
  await audited(
    core,
    { name: 'accountDeletion', realm, requestMeta: operatorRequestMeta, userId: id },
    async () => {
      const mailRemovals =
        email === null
          ? []
          : [remove('outbox', { realm, recipient: email }), remove('oneTimeTokens', { realm, email })]
      for (;;) {
        const outcome = await core.store.write([
          remove('users', { id }, { expect: 1 }),
          ...(await removeOrganizationsChanges(core, id)),
          ...mailRemovals,
        ])
        if (outcome.done) return
        if (outcome.step === 0) throw new UserError('The account was deleted meanwhile.')
        // Another user has joined one of the organizations, which must stay now. Try again.
      }
    },
  )
  return user
}

/**
 * Returns the changes that remove the organizations in which the user is the only member. They fail if
 * another user joins one before they are written.
 */
async function removeOrganizationsChanges({ store }: Core, userId: string): Promise<Change[]> {
  const memberships = await store.list('memberships', { userId }, { orderBy: 'organizationId' })
  const removals = await Promise.all(
    memberships.map(async ({ organizationId }) => {
      const others = { organizationId, userId: { not: userId } }
      if ((await store.count('memberships', others)) > 0) return []
      return [
        // On PostgreSQL, updating a unique column takes a FOR UPDATE lock. It conflicts with the FOR KEY
        // SHARE lock of concurrent inserts into `memberships`, so this waits for them and blocks new ones:
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
 * Creates an invitation for one sign-up.
 * @returns the token, which cannot be shown again, and its expiry in milliseconds since 1970
 * @throws {UserError} when operators of this API cannot invite
 */
export async function invite({ variant, core }: AdminContext): Promise<{ token: string; expiresAt: number }> {
  const { invitationPurpose } = variant.administration
  if (invitationPurpose === undefined) throw new UserError('Operators of this API cannot invite users.')
  return audited(core, { name: 'invitation', realm: '', requestMeta: operatorRequestMeta }, async () => {
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
