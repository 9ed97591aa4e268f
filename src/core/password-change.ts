import { sessionAuthority, writeWithAuthority } from './authority.ts'
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
 * Changes the password of a signed-in user, who has to enter the current one. Ends all other sessions (and
 * the current one, if `rules.password.changeEndsCurrentSession`), revokes reset tokens and notifies the user
 * by mail.
 * @throws {AuthError} noPassword, wrongPassword (counts as a failed sign-in), tooManyFailures, accountLocked,
 *   invalidToken (the session has ended), passwordUnchanged (if `rules.password.mustDiffer`), overloaded; any
 *   code of `assertNewPassword`
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
  const { realm, email, passwordHash: currentHash } = user
  return audited(core, { name: 'passwordChange', realm, requestMeta, userId: user.id }, async () => {
    if (currentHash === null || email === null) throw new AuthError('noPassword')
    assertPasswordPolicy(core, newPassword)
    await withinFailureBudget(core, { realm, email, requestMeta }, async () => {
      if (!(await verifyPassword(core, currentHash, currentPassword))) throw new AuthError('wrongPassword')
    })
    if (core.rules.password.mustDiffer && isSamePassword(currentPassword, newPassword))
      throw new AuthError('passwordUnchanged')
    await assertNotCommonPassword(core, newPassword)

    const passwordHash = await hashPassword(core, newPassword)
    const outcome = await writeWithAuthority(core, sessionAuthority(sessionWithUser), [
      update(
        'users',
        { id: user.id, passwordHash: currentHash },
        { passwordHash, updatedAt: core.now() },
        { expect: 1 },
      ),
      ...(await newPasswordChanges(core, user)),
      revokeSessionsChange(
        user.id,
        core.rules.password.changeEndsCurrentSession ? {} : { except: sessionId },
      ),
    ])
    // A concurrent change or reset has replaced the password that was checked.
    if (!outcome.done) throw new AuthError('wrongPassword')
  })
}
