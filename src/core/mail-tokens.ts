import { AuthError, isAuthError } from './errors.ts'
import { consume, emailKey } from './limits.ts'
import { enqueueMailChange } from './outbox.ts'
import type { Core } from './ports.ts'
import { hashOf, newSecret } from './secrets.ts'
import { type Change, insert, remove } from './store.ts'
import type { OneTimeToken, User } from './tables.ts'

export type MailTokenPurpose = 'verifyEmail' | 'resetPassword'

interface MailTokenRequest {
  purpose: MailTokenPurpose
  realm: string
  /** Canonical. */
  email: string
  tokenLifetimeSeconds: number
  /** Makes earlier tokens void. */
  supersedes: boolean
  /** Where the link shall lead, if the request may say so. Already checked against what is allowed. */
  callbackUrl?: string | null
}

/**
 * Takes from the limits of mails to one recipient, whether or not anybody is there.
 * @returns whether a mail may be sent
 * @throws {AuthError} tooManyMails, where the rules refuse rather than drop
 */
export async function consumeMailLimits(
  core: Pick<Core, 'limiter' | 'rules'>,
  { purpose, realm, email }: Pick<MailTokenRequest, 'purpose' | 'realm' | 'email'>,
): Promise<boolean> {
  const key = `${purpose} ${emailKey(realm, email)}`
  try {
    await consume(core, 'mailPause', key, 'tooManyMails')
    await consume(core, 'mailsByRecipient', key, 'tooManyMails')
  } catch (error) {
    if (core.rules.mail.overLimit === 'reject' || !isAuthError(error, 'tooManyMails')) throw error
    return false
  }
  return true
}

/**
 * The changes that send a token to a user. Without a user the same work is done and the same number of rows written, which
 * nobody can use and nothing is sent for: neither time nor answer tells who has an account.
 */
export async function mailTokenChanges(
  core: Core,
  user: Pick<User, 'id' | 'name'> | undefined,
  { purpose, realm, email, tokenLifetimeSeconds, supersedes, callbackUrl = null }: MailTokenRequest,
): Promise<Change[]> {
  const token = newSecret(core)
  const now = core.now()
  const changes: Change[] = []
  if (supersedes) changes.push(remove('oneTimeTokens', { purpose, userId: user?.id ?? core.newId('user') }))
  changes.push(
    insert('oneTimeTokens', {
      tokenHash: hashOf(token),
      purpose: user ? purpose : 'dummy',
      realm,
      userId: user?.id ?? null,
      email: user ? email : null,
      data: {},
      createdAt: now,
      expiresAt: now + tokenLifetimeSeconds * 1000,
    }),
    await enqueueMailChange(
      core,
      {
        kind: purpose,
        to: email,
        name: user?.name ?? '',
        token,
        link: core.rules.mail.links[purpose]({ token, email, callbackUrl }),
      },
      { realm, delivered: user === undefined },
    ),
  )
  return changes
}

/**
 * Takes from the sum of all mails. Nobody may learn that it is used up, nor whether anything was taken.
 * @param hasRecipient whether there is anybody to mail to; otherwise the same is done to a counter that limits nothing
 */
export function consumeTotalMailLimit(
  core: Pick<Core, 'limiter' | 'rules'>,
  hasRecipient: boolean,
): Promise<boolean> {
  return consume(core, 'mailsInTotal', hasRecipient ? '' : 'to nobody').then(
    () => true,
    (error) => {
      if (isAuthError(error, 'rateLimited')) return false
      throw error
    },
  )
}

/**
 * Finds what a mailed token stands for. Finding is not using: that is `remove` with `usable` in the write.
 * @param email canonical, where the caller has to name the address too
 * @throws {AuthError} invalidMailToken, expiredMailToken
 */
export async function findMailToken(
  core: Pick<Core, 'store' | 'now'>,
  {
    purpose,
    realm,
    token,
    email,
  }: { purpose: MailTokenPurpose; realm: string; token: string; email?: string | undefined },
): Promise<OneTimeToken & { userId: string; email: string }> {
  const found = await core.store.find('oneTimeTokens', { tokenHash: hashOf(token), purpose, realm })
  if (!found?.userId || !found.email || (email !== undefined && email !== found.email))
    throw new AuthError('invalidMailToken')
  if (found.expiresAt <= core.now()) throw new AuthError('expiredMailToken')
  return { ...found, userId: found.userId, email: found.email }
}

/** The change that uses a token up: of any number at once, one succeeds. */
export function consumeTokenChange(core: Pick<Core, 'now'>, { tokenHash, purpose }: OneTimeToken): Change {
  return remove('oneTimeTokens', { tokenHash, purpose, expiresAt: { after: core.now() } }, { expect: 1 })
}
