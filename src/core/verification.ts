import { findUser } from './accounts.ts'
import { AuthError } from './errors.ts'
import { recorded } from './events.ts'
import { findMailToken, isMailAvailable, mailingOfToken, mayMail, usingUp } from './mail-tokens.ts'
import type { Client, Core } from './ports.ts'
import { type Change, update } from './store.ts'
import type { User } from './tables.ts'

/** The changes that mail a verification link to somebody, and let an account that is waiting for it wait anew. */
export const mailingOfVerification = async (
  core: Core,
  user: (Pick<User, 'id' | 'name'> & Partial<User>) | undefined,
  { realm, email, callbackUrl }: { realm: string; email: string; callbackUrl?: string | null },
): Promise<Change[]> => {
  const { tokenSeconds, supersedes } = core.rules.verification
  const changes = await mailingOfToken(core, user, {
    purpose: 'verifyEmail',
    realm,
    email,
    tokenSeconds,
    supersedes,
    ...(callbackUrl !== undefined && { callbackUrl }),
  })
  const expiresAt = endOfUnverified(core)
  if (user?.expiresAt && expiresAt !== null)
    changes.push(update('users', { id: user.id, emailVerifiedAt: null }, { expiresAt }))
  return changes
}

/** When an account that starts to wait for its verification counts as absent again; null for never. */
export const endOfUnverified = ({ rules, now }: Pick<Core, 'rules' | 'now'>): number | null =>
  rules.signUp.unverifiedEndSeconds === null ? null : now() + rules.signUp.unverifiedEndSeconds * 1000

/**
 * Mails a link, for the first time or again. Nothing in the answer or its time tells whether the address has an account,
 * unless `rules.verification.revealsVerified`.
 * @param input.email canonical @param input.callbackUrl handed to `rules.mail.links`; check it first
 * @throws {AuthError} alreadyVerified (where revealed), tooManyMails (where `rules.mail.overLimit` is `refuse`)
 */
export const sendVerification = (
  core: Core,
  {
    realm,
    email,
    callbackUrl,
    client,
  }: { realm: string; email: string; callbackUrl?: string | null; client: Client },
): Promise<void> =>
  recorded(core, { name: 'verificationRequest', realm, client }, async (concerns) => {
    const user = await findUser(core, { realm, email })
    if (user) concerns(user.id)
    const isVerified = user !== undefined && user.emailVerifiedAt !== null
    if (isVerified && core.rules.verification.revealsVerified) throw new AuthError('alreadyVerified')
    if (!(await mayMail(core, { purpose: 'verifyEmail', realm, email }))) return
    const waiting = isVerified ? undefined : user
    const isAvailable = await isMailAvailable(core, waiting !== undefined)
    const recipient = isAvailable ? waiting : undefined
    await core.store.write(
      await mailingOfVerification(core, recipient, {
        realm,
        email,
        ...(callbackUrl !== undefined && { callbackUrl }),
      }),
    )
  })

/**
 * Marks the address as verified. Opens no session.
 * @param input.email canonical, where the caller names it as well as the token
 * @returns the user afterwards; also when the token was used before and `rules.verification.singleUse` is off
 * @throws {AuthError} invalidMailToken, expiredMailToken, alreadyVerified (where revealed, and the address was named)
 */
export const confirmVerification = (
  core: Core,
  { realm, token, email, client }: { realm: string; token: string; email?: string; client: Client },
): Promise<User> =>
  recorded(core, { name: 'verification', realm, client }, async (concerns) => {
    const named = email === undefined ? undefined : await findUser(core, { realm, email })
    if (named?.emailVerifiedAt && core.rules.verification.revealsVerified) {
      concerns(named.id)
      throw new AuthError('alreadyVerified')
    }
    const found = await findMailToken(core, { purpose: 'verifyEmail', realm, token, email })
    concerns(found.userId)
    const user = await findUser(core, { realm, id: found.userId })
    // The account may have another address by now.
    if (!user || user.email !== found.email) throw new AuthError('invalidMailToken')
    if (user.emailVerifiedAt !== null && !core.rules.verification.singleUse) return user

    const now = core.now()
    const verified = { emailVerifiedAt: user.emailVerifiedAt ?? now, expiresAt: null, updatedAt: now }
    const outcome = await core.store.write([
      ...(core.rules.verification.singleUse ? [usingUp(core, found)] : []),
      update('users', { id: user.id, email: found.email }, verified, { expect: 1 }),
    ])
    if (!outcome.done) throw new AuthError('invalidMailToken')
    return { ...user, ...verified }
  })
