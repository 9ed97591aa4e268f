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

/** The changes that mail a verification link to somebody, and let an account that is waiting for it wait anew. */
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

/** When an account that starts to wait for its verification counts as absent again; null for never. */
export function unverifiedExpiry({ rules, now }: Pick<Core, 'rules' | 'now'>): number | null {
  return rules.signUp.unverifiedLifetimeSeconds === null
    ? null
    : now() + rules.signUp.unverifiedLifetimeSeconds * 1000
}

/**
 * Mails a link, for the first time or again. Nothing in the answer or its time tells whether the address has an account,
 * unless `rules.verification.revealsVerified`.
 * @param input.email canonical @param input.callbackUrl handed to `rules.mail.links`; check it first
 * @throws {AuthError} alreadyVerified (where revealed), tooManyMails (where `rules.mail.overLimit` is `refuse`)
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
    const waiting = isVerified ? undefined : user
    const isAvailable = await consumeTotalMailLimit(core, waiting !== undefined)
    const recipient = isAvailable ? waiting : undefined
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
 * Marks the address as verified. Opens no session.
 * @param input.email canonical, where the caller names it as well as the token
 * @returns the user afterwards; also when the token was used before and `rules.verification.singleUse` is off
 * @throws {AuthError} invalidMailToken, expiredMailToken, alreadyVerified (where revealed, and the address was named)
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
    const named = email === undefined ? undefined : await findUser(core, { realm, email })
    if (named?.emailVerifiedAt && core.rules.verification.revealsVerified) {
      setUserId(named.id)
      throw new AuthError('alreadyVerified')
    }
    const found = await findMailToken(core, { purpose: 'verifyEmail', realm, token, email })
    setUserId(found.userId)
    const user = await findUser(core, { realm, id: found.userId })
    // The account may have another address by now.
    if (!user || user.email !== found.email) throw new AuthError('invalidMailToken')
    if (user.emailVerifiedAt !== null && !core.rules.verification.singleUse) return user

    const now = core.now()
    const verified = { emailVerifiedAt: user.emailVerifiedAt ?? now, expiresAt: null, updatedAt: now }
    const outcome = await core.store.write([
      ...(core.rules.verification.singleUse ? [consumeTokenChange(core, found)] : []),
      update('users', { id: user.id, email: found.email }, verified, { expect: 1 }),
    ])
    if (!outcome.done) throw new AuthError('invalidMailToken')
    return { ...user, ...verified }
  })
}
