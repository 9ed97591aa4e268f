import { findUser } from './accounts.ts'
import { AuthError } from './errors.ts'
import { enqueueMailChange } from './outbox.ts'
import type { Core } from './ports.ts'
import { hashOf, newSecret } from './secrets.ts'
import { type Change, insert, remove } from './store.ts'
import type { OneTimeToken, User } from './tables.ts'

/** The operation that a mailed token authorizes. */
export type MailTokenPurpose = 'verifyEmail' | 'resetPassword' | 'invitation'

interface MailTokenRequest {
  purpose: MailTokenPurpose
  realm: string
  /** Canonical. */
  email: string
  tokenLifetimeSeconds: number
  /** Makes earlier tokens void. */
  supersedes: boolean
  /** The page that the link leads to, if the API lets the client choose. Already validated. */
  callbackUrl?: string | null
}

/**
 * Returns the changes that mail a token to a user. Without a user, it does the same work and writes the same
 * number of rows, which are unusable and not sent: neither the response nor its time reveals who has an
 * account.
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
      { realm, isDummy: user === undefined },
    ),
  )
  return changes
}

/**
 * Finds a mailed token without consuming it: add `consumeTokenChange` to the write.
 * @param input.email canonical, if the client has to send the email as well
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

/**
 * Finds a mailed token like `findMailToken`, and the account that it was mailed to.
 * @throws {AuthError} invalidMailToken, also if the account has another email now; expiredMailToken
 */
export async function findMailedAccount(
  core: Pick<Core, 'store' | 'now'>,
  input: Parameters<typeof findMailToken>[1],
): Promise<{ mailToken: Awaited<ReturnType<typeof findMailToken>>; user: User }> {
  const mailToken = await findMailToken(core, input)
  const user = await findUser(core, { realm: input.realm, id: mailToken.userId })
  if (!user || user.email !== mailToken.email) throw new AuthError('invalidMailToken')
  return { mailToken, user }
}

/**
 * How often a write is tried that fails because the account has changed since it was read. If the token has
 * been used meanwhile, `findMailedAccount` throws.
 */
export const maxRounds = 3

/** Returns the change that consumes a token. Of several concurrent writes with it, exactly one succeeds. */
export function consumeTokenChange(core: Pick<Core, 'now'>, { tokenHash, purpose }: OneTimeToken): Change {
  return remove('oneTimeTokens', { tokenHash, purpose, expiresAt: { after: core.now() } }, { expect: 1 })
}
