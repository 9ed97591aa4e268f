import { findUser } from './accounts.ts'
import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import { clearFailures } from './limits.ts'
import { consumeMailLimits, consumeTotalMailLimit } from './mail-limits.ts'
import { consumeTokenChange, findMailedAccount, mailTokenChanges, maxRounds } from './mail-tokens.ts'
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
import { revokeUnprovenSetupChanges } from './unproven-owner.ts'

/**
 * Mails a reset token, which replaces earlier ones. Does the same work for unknown emails: neither the
 * response nor its time reveals whether there is an account.
 * @param input.email canonical
 * @throws {AuthError} rateLimited (too many mails requested by this client), tooManyMails (if
 *   `rules.mail.overLimit` is `reject`)
 */
export function requestPasswordReset(
  core: Core,
  { realm, email, requestMeta }: { realm: string; email: string; requestMeta: RequestMeta },
): Promise<void> {
  return audited(core, { name: 'passwordResetRequest', realm, requestMeta }, async (setUserId) => {
    const user = await findUser(core, { realm, email })
    if (user) setUserId(user.id)
    const isWithinLimits = await consumeMailLimits(core, {
      purpose: 'resetPassword',
      realm,
      email,
      requestMeta,
    })
    if (!isWithinLimits) return
    const isAvailable = await consumeTotalMailLimit(core, { hasRecipient: user !== undefined, requestMeta })
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
 * Sets a new password, or the first one of an account, with a mailed token. Ends all sessions, revokes other
 * reset tokens and notifies the user by mail; does not sign in. A rejected password does not consume the
 * token. Of several concurrent calls with one token, exactly one succeeds.
 *
 * The token proves ownership of the email, so the email becomes verified. If it was not verified before, an
 * attacker may have created the account, so everything that was set up with it is revoked as well
 * (`revokeUnprovenSetupChanges`).
 * @param input.email canonical, if the client has to send the email as well
 * @throws {AuthError} invalidMailToken, expiredMailToken, overloaded, passwordUnchanged (if
 *   `rules.password.mustDiffer`); any code of `assertNewPassword`
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
    // With `mustDiffer`, common passwords are rejected later: `passwordUnchanged` takes precedence, and that
    // check needs the account.
    if (mustDiffer) assertPasswordPolicy(core, newPassword)
    else await assertNewPassword(core, newPassword)
    const find = () => findMailedAccount(core, { purpose: 'resetPassword', realm, token, email })
    let { mailToken, user } = await find()
    setUserId(user.id)
    if (mustDiffer) {
      if (user.passwordHash !== null && (await verifyPassword(core, user.passwordHash, newPassword)))
        throw new AuthError('passwordUnchanged')
      await assertNotCommonPassword(core, newPassword)
    }

    const passwordHash = await hashPassword(core, newPassword)
    for (let round = 0; round < maxRounds; round++) {
      if (round > 0) ({ mailToken, user } = await find())
      const outcome = await core.store.write([
        consumeTokenChange(core, mailToken),
        ...(await passwordResetChanges(core, user, passwordHash)),
      ])
      if (outcome.done) return clearFailures(core, { realm, email: mailToken.email, requestMeta })
    }
    throw new AuthError('invalidMailToken')
  })
}

/** Returns the changes of a reset, other than consuming the token. */
async function passwordResetChanges(core: Core, user: User, passwordHash: string): Promise<Change[]> {
  const now = core.now()
  const { id: userId, emailVerifiedAt } = user
  const changes: Change[] = [
    update(
      'users',
      // Fails if the email was changed or verified concurrently, which decides what has to be revoked.
      { id: userId, email: user.email, emailVerifiedAt },
      { passwordHash, emailVerifiedAt: emailVerifiedAt ?? now, expiresAt: null, updatedAt: now },
      { expect: 1 },
    ),
    ...(await newPasswordChanges(core, user)),
    revokeSessionsChange(userId),
  ]
  if (emailVerifiedAt === null) changes.push(...(await revokeUnprovenSetupChanges(core, user)))
  return changes
}

/** Returns the changes that follow any new password: revoke reset tokens and notify the user. */
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
