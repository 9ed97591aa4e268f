import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import { withinFailureBudget } from './limits.ts'
import { newPasswordChanges } from './password-reset.ts'
import {
  assertNotCommonPassword,
  assertPasswordPolicy,
  hashPassword,
  isSamePassword,
  verifyPassword,
} from './passwords.ts'
import type { Core, RequestMeta } from './ports.ts'
import { revokeSessionsChange } from './sessions.ts'
import { update } from './store.ts'
import type { SessionWithUser } from './tables.ts'

/**
 * Changes the password of somebody signed in, who has to know the present one. Ends all other sessions, and this one
 * too where `rules.password.changeEndsOwnSession`; makes reset mails void; tells the owner.
 * @throws {AuthError} noPassword, wrongPassword (counts as a failed sign-in), tooManyFailures, accountLocked,
 *   passwordUnchanged (where it must differ), overloaded, and those of `checkNewPassword`
 */
export function changePassword(
  core: Core,
  {
    sessionWithUser,
    currentPassword,
    newPassword,
    requestMeta,
  }: {
    sessionWithUser: SessionWithUser
    currentPassword: string
    newPassword: string
    requestMeta: RequestMeta
  },
): Promise<void> {
  const { user, id: sessionId } = sessionWithUser
  const { realm, email, passwordHash: present } = user
  return audited(core, { name: 'passwordChange', realm, requestMeta, userId: user.id }, async () => {
    if (present === null || email === null) throw new AuthError('noPassword')
    assertPasswordPolicy(core, newPassword)
    await withinFailureBudget(core, { realm, email, requestMeta }, async () => {
      if (!(await verifyPassword(core, present, currentPassword))) throw new AuthError('wrongPassword')
    })
    if (core.rules.password.mustDiffer && isSamePassword(currentPassword, newPassword))
      throw new AuthError('passwordUnchanged')
    await assertNotCommonPassword(core, newPassword)

    const passwordHash = await hashPassword(core, newPassword)
    const outcome = await core.store.write([
      update(
        'users',
        { id: user.id, passwordHash: present },
        { passwordHash, updatedAt: core.now() },
        { expect: 1 },
      ),
      ...(await newPasswordChanges(core, user)),
      revokeSessionsChange(
        user.id,
        core.rules.password.changeEndsCurrentSession ? {} : { except: sessionId },
      ),
    ])
    // Another change or reset came first: this one's current password is no longer that.
    if (!outcome.done) throw new AuthError('wrongPassword')
  })
}
