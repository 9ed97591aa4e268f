import { findUser } from './accounts.ts'
import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import { clearFailures } from './limits.ts'
import {
  consumeMailLimits,
  consumeTokenChange,
  consumeTotalMailLimit,
  findMailToken,
  mailTokenChanges,
} from './mail-tokens.ts'
import { revokeCredentialsChanges } from './oauth-accounts.ts'
import { enqueueMailChange } from './outbox.ts'
import {
  assertNewPassword,
  assertNotCommonPassword,
  assertPasswordPolicy,
  hashPassword,
  verifyPassword,
} from './passwords.ts'
import type { Core, RequestMeta } from './ports.ts'
import { revokeSessionsChange } from './sessions.ts'
import { type Change, remove, update } from './store.ts'
import type { User } from './tables.ts'

/**
 * Mails a token; a newer one makes the older void. Answer, work and time are the same whether or not there is an account.
 * @param input.email canonical
 * @throws {AuthError} tooManyMails, where `rules.mail.overLimit` is `refuse`
 */
export function requestPasswordReset(
  core: Core,
  { realm, email, requestMeta }: { realm: string; email: string; requestMeta: RequestMeta },
): Promise<void> {
  return audited(core, { name: 'passwordResetRequest', realm, requestMeta }, async (setUserId) => {
    const user = await findUser(core, { realm, email })
    if (user) setUserId(user.id)
    if (!(await consumeMailLimits(core, { purpose: 'resetPassword', realm, email }))) return
    const isAvailable = await consumeTotalMailLimit(core, user !== undefined)
    const recipient = isAvailable ? user : undefined
    await core.store.write(
      await mailTokenChanges(core, recipient, {
        purpose: 'resetPassword',
        realm,
        email,
        tokenLifetimeSeconds: core.rules.passwordReset.tokenLifetimeSeconds,
        supersedes: true,
      }),
    )
  })
}

/**
 * Sets a password, be it the first. Ends all sessions, makes other mailed tokens void, tells the owner, opens no session.
 * Whoever read the mail owns the address, so it is verified now. If it never was before, somebody else may have made the
 * account in advance: then passkeys, API keys and OAuth links from before go too (Sudhodanan and Paverd, USENIX 2022).
 * A refused password leaves the token usable. Of any number of parallel calls with one token exactly one succeeds.
 * @param input.email canonical, where the caller names it as well as the token
 * @throws {AuthError} invalidMailToken, expiredMailToken, overloaded, passwordUnchanged (where it must differ), and those
 *   of `checkNewPassword`
 */
export function confirmPasswordReset(
  core: Core,
  {
    realm,
    token,
    email,
    newPassword,
    requestMeta,
  }: { realm: string; token: string; email?: string; newPassword: string; requestMeta: RequestMeta },
): Promise<void> {
  return audited(core, { name: 'passwordReset', realm, requestMeta }, async (setUserId) => {
    const { mustDiffer } = core.rules.password
    // Before the token is looked up, unless only the account knows which answer comes first.
    if (mustDiffer) assertPasswordPolicy(core, newPassword)
    else await assertNewPassword(core, newPassword)
    const found = await findMailToken(core, { purpose: 'resetPassword', realm, token, email })
    setUserId(found.userId)
    const user = await findUser(core, { realm, id: found.userId })
    if (!user || user.email !== found.email) throw new AuthError('invalidMailToken')
    if (mustDiffer) {
      if (user.passwordHash !== null && (await verifyPassword(core, user.passwordHash, newPassword)))
        throw new AuthError('passwordUnchanged')
      await assertNotCommonPassword(core, newPassword)
    }

    const passwordHash = await hashPassword(core, newPassword)
    const outcome = await core.store.write([
      consumeTokenChange(core, found),
      ...(await passwordResetChanges(core, user, passwordHash)),
    ])
    if (!outcome.done) throw new AuthError('invalidMailToken')
    await clearFailures(core, { realm, email: found.email, requestMeta })
  })
}

/** The changes by which the owner of the address takes the account. */
async function passwordResetChanges(core: Core, user: User, passwordHash: string): Promise<Change[]> {
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
    ...(await newPasswordChanges(core, user)),
    revokeSessionsChange(userId),
  ]
  if (emailVerifiedAt === null) changes.push(...revokeCredentialsChanges(user, now))
  return changes
}

/** What a new password brings about, however it was set: older mailed tokens are void, and the owner is told. */
export async function newPasswordChanges(core: Core, user: User): Promise<Change[]> {
  const changes = [remove('oneTimeTokens', { userId: user.id, purpose: 'resetPassword' })]
  if (user.email !== null)
    changes.push(
      await enqueueMailChange(
        core,
        { kind: 'passwordChanged', to: user.email, name: user.name, token: null, link: null },
        { realm: user.realm },
      ),
    )
  return changes
}
