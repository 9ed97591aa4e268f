import { findUser } from './accounts.ts'
import { sessionAuthority, writeWithAuthority } from './authority.ts'
import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import { consumeMailLimits, consumeTotalMailLimit } from './mail-limits.ts'
import { consumeTokenChange, findMailedAccount, mailTokenChanges, maxRounds } from './mail-tokens.ts'
import type { Core, RequestMeta } from './ports.ts'
import { type Change, update } from './store.ts'
import type { SessionWithUser, User } from './tables.ts'
import { revokeUnprovenSetupChanges } from './unproven-owner.ts'

/** Returns the changes that mail a verification link. */
export function verificationMailChanges(
  core: Core,
  user: (Pick<User, 'id' | 'name'> & Partial<User>) | undefined,
  { realm, email, callbackUrl }: { realm: string; email: string; callbackUrl?: string | null },
): Promise<Change[]> {
  const { tokenLifetimeSeconds, supersedes } = core.rules.verification
  return mailTokenChanges(core, user, {
    purpose: 'verifyEmail',
    realm,
    email,
    tokenLifetimeSeconds,
    supersedes,
    ...(callbackUrl !== undefined && { callbackUrl }),
  })
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
 * @throws {AuthError} alreadyVerified (if `revealsVerified`), rateLimited (too many mails requested by this
 *   client), tooManyMails (if `rules.mail.overLimit` is `reject`)
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
    const isWithinLimits = await consumeMailLimits(core, {
      purpose: 'verifyEmail',
      realm,
      email,
      requestMeta,
    })
    if (!isWithinLimits) return
    const unverifiedUser = isVerified ? undefined : user
    const isAvailable = await consumeTotalMailLimit(core, {
      hasRecipient: unverifiedUser !== undefined,
      requestMeta,
    })
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
 *
 * The token proves ownership of the email, but not of the account, which an attacker may have created with
 * someone else's email. If the caller is signed in to the account as well, both belong to the same person,
 * and nothing else changes. Otherwise everything that was set up with the account is revoked
 * (`revokeUnprovenSetupChanges`), including the password: the owner of the email can set a new one with a
 * reset. The password is kept if `rules.signIn.requiresVerifiedEmail`, because it could not be used before,
 * and the mail is the second half of the sign-up that has set it.
 * @param input.email canonical, if the client has to send the email as well
 * @param input.session the session of the caller, if any
 * @returns the updated user; for a used token as well, unless `rules.verification.singleUse`
 * @throws {AuthError} invalidMailToken, expiredMailToken, alreadyVerified (if `revealsVerified` and `email`
 *   is given), invalidToken (the session has ended)
 */
export function confirmVerification(
  core: Core,
  {
    realm,
    token,
    email,
    session,
    requestMeta,
  }: {
    realm: string
    token: string
    email?: string
    session?: SessionWithUser | undefined
    requestMeta: RequestMeta
  },
): Promise<User> {
  return audited(core, { name: 'verification', realm, requestMeta }, async (setUserId) => {
    const { verification } = core.rules
    const claimedUser = email === undefined ? undefined : await findUser(core, { realm, email })
    if (claimedUser?.emailVerifiedAt && verification.revealsVerified) {
      setUserId(claimedUser.id)
      throw new AuthError('alreadyVerified')
    }
    for (let round = 0; round < maxRounds; round++) {
      const { mailToken, user } = await findMailedAccount(core, {
        purpose: 'verifyEmail',
        realm,
        token,
        email,
      })
      setUserId(user.id)
      if (user.emailVerifiedAt !== null && !verification.singleUse) return user
      const ownSession = session?.userId === user.id ? session : undefined
      const { verified, changes } = await verifyChanges(core, user, { isOwner: ownSession !== undefined })
      const outcome = await writeWithAuthority(core, ownSession ? sessionAuthority(ownSession) : [], [
        ...(verification.singleUse ? [consumeTokenChange(core, mailToken)] : []),
        ...changes,
      ])
      if (outcome.done) return verified
    }
    throw new AuthError('invalidMailToken')
  })
}

/**
 * Returns the changes of a verification, and the user afterwards.
 * @param options.isOwner whether the owner of the email is signed in to the account
 */
async function verifyChanges(core: Core, user: User, { isOwner }: { isOwner: boolean }) {
  const now = core.now()
  const { id, email, emailVerifiedAt } = user
  const isTakeover = emailVerifiedAt === null && !isOwner
  const keepsPassword = !isTakeover || core.rules.signIn.requiresVerifiedEmail
  const set = {
    emailVerifiedAt: emailVerifiedAt ?? now,
    expiresAt: null,
    updatedAt: now,
    ...(!keepsPassword && { passwordHash: null }),
  }
  return {
    verified: { ...user, ...set },
    changes: [
      // Fails if the email was changed or verified concurrently, which decides what has to be revoked.
      update('users', { id, email, emailVerifiedAt }, set, { expect: 1 }),
      ...(isTakeover ? await revokeUnprovenSetupChanges(core, user) : []),
    ],
  }
}
