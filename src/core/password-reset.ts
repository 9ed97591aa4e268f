import { findUser } from './accounts.ts'
import { AuthError } from './errors.ts'
import { recorded } from './events.ts'
import { clearFailures } from './limits.ts'
import { findMailToken, isMailAvailable, mailingOfToken, mayMail, usingUp } from './mail-tokens.ts'
import { endOfEarlierCredentials } from './oauth-accounts.ts'
import { enqueue } from './outbox.ts'
import {
  assertNotCommonPassword,
  checkNewPassword,
  checkPasswordForm,
  hashPassword,
  verifyPassword,
} from './passwords.ts'
import type { Client, Core } from './ports.ts'
import { endingOfSessions } from './sessions.ts'
import { type Change, remove, update } from './store.ts'
import type { User } from './tables.ts'

/**
 * Mails a token; a newer one makes the older void. Answer, work and time are the same whether or not there is an account.
 * @param input.email canonical
 * @throws {AuthError} tooManyMails, where `rules.mail.overLimit` is `refuse`
 */
export const requestPasswordReset = (
  core: Core,
  { realm, email, client }: { realm: string; email: string; client: Client },
): Promise<void> =>
  recorded(core, { name: 'passwordResetRequest', realm, client }, async (concerns) => {
    const user = await findUser(core, { realm, email })
    if (user) concerns(user.id)
    if (!(await mayMail(core, { purpose: 'resetPassword', realm, email }))) return
    const isAvailable = await isMailAvailable(core, user !== undefined)
    const recipient = isAvailable ? user : undefined
    await core.store.write(
      await mailingOfToken(core, recipient, {
        purpose: 'resetPassword',
        realm,
        email,
        tokenSeconds: core.rules.passwordReset.tokenSeconds,
        supersedes: true,
      }),
    )
  })

/**
 * Sets a password, be it the first. Ends all sessions, makes other mailed tokens void, tells the owner, opens no session.
 * Whoever read the mail owns the address, so it is verified now. If it never was before, somebody else may have made the
 * account in advance: then passkeys, API keys and OAuth links from before go too (Sudhodanan and Paverd, USENIX 2022).
 * A refused password leaves the token usable. Of any number of parallel calls with one token exactly one succeeds.
 * @param input.email canonical, where the caller names it as well as the token
 * @throws {AuthError} invalidMailToken, expiredMailToken, overloaded, passwordUnchanged (where it must differ), and those
 *   of `checkNewPassword`
 */
export const confirmPasswordReset = (
  core: Core,
  {
    realm,
    token,
    email,
    newPassword,
    client,
  }: { realm: string; token: string; email?: string; newPassword: string; client: Client },
): Promise<void> =>
  recorded(core, { name: 'passwordReset', realm, client }, async (concerns) => {
    const { mustDiffer } = core.rules.password
    // Before the token is looked up, unless only the account knows which answer comes first.
    if (mustDiffer) checkPasswordForm(core, newPassword)
    else await checkNewPassword(core, newPassword)
    const found = await findMailToken(core, { purpose: 'resetPassword', realm, token, email })
    concerns(found.userId)
    const user = await findUser(core, { realm, id: found.userId })
    if (!user || user.email !== found.email) throw new AuthError('invalidMailToken')
    if (mustDiffer) {
      if (user.passwordHash !== null && (await verifyPassword(core, user.passwordHash, newPassword)))
        throw new AuthError('passwordUnchanged')
      await assertNotCommonPassword(core, newPassword)
    }

    const passwordHash = await hashPassword(core, newPassword)
    const outcome = await core.store.write([
      usingUp(core, found),
      ...(await taking(core, user, passwordHash)),
    ])
    if (!outcome.done) throw new AuthError('invalidMailToken')
    await clearFailures(core, { realm, email: found.email, client })
  })

/** The changes by which the owner of the address takes the account. */
const taking = async (core: Core, user: User, passwordHash: string): Promise<Change[]> => {
  const now = core.now()
  const { id: userId, emailVerifiedAt } = user
  const changes: Change[] = [
    update(
      'users',
      // What was read still holds, above all whether somebody has verified the address before.
      { id: userId, email: user.email, emailVerifiedAt },
      { passwordHash, emailVerifiedAt: emailVerifiedAt ?? now, expiresAt: null, updatedAt: now },
      { expect: 1 },
    ),
    ...(await changesOfNewPassword(core, user)),
    endingOfSessions(userId),
  ]
  if (emailVerifiedAt === null) changes.push(...endOfEarlierCredentials(user, now))
  return changes
}

/** What a new password brings about, however it was set: older mailed tokens are void, and the owner is told. */
export const changesOfNewPassword = async (core: Core, user: User): Promise<Change[]> => {
  const changes = [remove('oneTimeTokens', { userId: user.id, purpose: 'resetPassword' })]
  if (user.email !== null)
    changes.push(
      await enqueue(
        core,
        { kind: 'passwordChanged', to: user.email, name: user.name, token: null, link: null },
        { realm: user.realm },
      ),
    )
  return changes
}
