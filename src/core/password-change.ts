import { AuthError } from './errors.ts'
import { recorded } from './events.ts'
import { withinFailureBudget } from './limits.ts'
import { changesOfNewPassword } from './password-reset.ts'
import {
  assertNotCommonPassword,
  checkPasswordForm,
  hashPassword,
  isSamePassword,
  verifyPassword,
} from './passwords.ts'
import type { Client, Core } from './ports.ts'
import { endingOfSessions } from './sessions.ts'
import { update } from './store.ts'
import type { SignedIn } from './tables.ts'

/**
 * Changes the password of somebody signed in, who has to know the present one. Ends all other sessions, and this one
 * too where `rules.password.changeEndsOwnSession`; makes reset mails void; tells the owner.
 * @throws {AuthError} noPassword, wrongPassword (counts as a failed sign-in), tooManyFailures, accountLocked,
 *   passwordUnchanged (where it must differ), overloaded, and those of `checkNewPassword`
 */
export const changePassword = (
  core: Core,
  {
    signedIn,
    currentPassword,
    newPassword,
    client,
  }: { signedIn: SignedIn; currentPassword: string; newPassword: string; client: Client },
): Promise<void> => {
  const { user, id: sessionId } = signedIn
  const { realm, email, passwordHash: present } = user
  return recorded(core, { name: 'passwordChange', realm, client, userId: user.id }, async () => {
    if (present === null || email === null) throw new AuthError('noPassword')
    checkPasswordForm(core, newPassword)
    await withinFailureBudget(core, { realm, email, client }, async () => {
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
      ...(await changesOfNewPassword(core, user)),
      endingOfSessions(user.id, core.rules.password.changeEndsOwnSession ? {} : { except: sessionId }),
    ])
    // Another change or reset came first: this one's current password is no longer that.
    if (!outcome.done) throw new AuthError('wrongPassword')
  })
}
