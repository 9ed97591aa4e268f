import { findUser } from './accounts.ts'
import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import {
  consumeMailLimits,
  consumeTokenChange,
  consumeTotalMailLimit,
  findMailToken,
  mailTokenChanges,
} from './mail-tokens.ts'
import type { Core, RequestMeta } from './ports.ts'
import { type Change, update } from './store.ts'
import type { User } from './tables.ts'

/**
 * Returns the changes that mail a verification link and restart the time within which the account has to be
 * verified.
 */
export async function verificationMailChanges(
  core: Core,
  user: (Pick<User, 'id' | 'name'> & Partial<User>) | undefined,
  { realm, email, callbackUrl }: { realm: string; email: string; callbackUrl?: string | null },
): Promise<Change[]> {
  const { tokenLifetimeSeconds, supersedes } = core.rules.verification
  const changes = await mailTokenChanges(core, user, {
    purpose: 'verifyEmail',
    realm,
    email,
    tokenLifetimeSeconds,
    supersedes,
    ...(callbackUrl !== undefined && { callbackUrl }),
  })
  const expiresAt = unverifiedExpiry(core)
  if (user?.expiresAt && expiresAt !== null)
    changes.push(update('users', { id: user.id, emailVerifiedAt: null }, { expiresAt }))
  return changes
}

/**
 * Returns when an unverified account expires, counted from now, in milliseconds since 1970; null for never.
 */
export function unverifiedExpiry({ rules, now }: Pick<Core, 'rules' | 'now'>): number | null {
  return rules.signUp.unverifiedLifetimeSeconds === null
    ? null
    : now() + rules.signUp.unverifiedLifetimeSeconds * 1000
}

/**
 * Mails a verification link. Neither the response nor its time reveals whether the email has an account,
 * unless `rules.verification.revealsVerified`.
 * @param input.email canonical
 * @param input.callbackUrl a validated URL for `rules.mail.links`
 * @throws {AuthError} alreadyVerified (if `revealsVerified`), tooManyMails (if `rules.mail.overLimit` is
 *   `reject`)
 */
export function sendVerification(
  core: Core,
  {
    realm,
    email,
    callbackUrl,
    requestMeta,
  }: { realm: string; email: string; callbackUrl?: string | null; requestMeta: RequestMeta },
): Promise<void> {
  return audited(core, { name: 'verificationRequest', realm, requestMeta }, async (setUserId) => {
    const user = await findUser(core, { realm, email })
    if (user) setUserId(user.id)
    const isVerified = user !== undefined && user.emailVerifiedAt !== null
    if (isVerified && core.rules.verification.revealsVerified) throw new AuthError('alreadyVerified')
    if (!(await consumeMailLimits(core, { purpose: 'verifyEmail', realm, email }))) return
    const unverifiedUser = isVerified ? undefined : user
    const isAvailable = await consumeTotalMailLimit(core, unverifiedUser !== undefined)
    const recipient = isAvailable ? unverifiedUser : undefined
    await core.store.write(
      await verificationMailChanges(core, recipient, {
        realm,
        email,
        ...(callbackUrl !== undefined && { callbackUrl }),
      }),
    )
  })
}

/**
 * Marks an email as verified. Does not sign in.
 * @param input.email canonical, if the client has to send the email as well
 * @returns the updated user; for a used token as well, unless `rules.verification.singleUse`
 * @throws {AuthError} invalidMailToken, expiredMailToken, alreadyVerified (if `revealsVerified` and `email`
 *   is given)
 */
export function confirmVerification(
  core: Core,
  {
    realm,
    token,
    email,
    requestMeta,
  }: { realm: string; token: string; email?: string; requestMeta: RequestMeta },
): Promise<User> {
  return audited(core, { name: 'verification', realm, requestMeta }, async (setUserId) => {
    const claimedUser = email === undefined ? undefined : await findUser(core, { realm, email })
    if (claimedUser?.emailVerifiedAt && core.rules.verification.revealsVerified) {
      setUserId(claimedUser.id)
      throw new AuthError('alreadyVerified')
    }
    const mailToken = await findMailToken(core, { purpose: 'verifyEmail', realm, token, email })
    setUserId(mailToken.userId)
    const user = await findUser(core, { realm, id: mailToken.userId })
    // The email of the account may have changed.
    if (!user || user.email !== mailToken.email) throw new AuthError('invalidMailToken')
    if (user.emailVerifiedAt !== null && !core.rules.verification.singleUse) return user

    const now = core.now()
    const verified = { emailVerifiedAt: user.emailVerifiedAt ?? now, expiresAt: null, updatedAt: now }
    const outcome = await core.store.write([
      ...(core.rules.verification.singleUse ? [consumeTokenChange(core, mailToken)] : []),
      update('users', { id: user.id, email: mailToken.email }, verified, { expect: 1 }),
    ])
    if (!outcome.done) throw new AuthError('invalidMailToken')
    return { ...user, ...verified }
  })
}
