import { AuthError } from './errors.ts'
import { readChallenge } from './passkey-verification.ts'
import type { Core } from './ports.ts'
import { areSame, hashOf, newSecret } from './secrets.ts'
import { remove } from './store.ts'
import type { OneTimeToken } from './tables.ts'

export const challengeSeconds = 300

export type Ceremony = 'passkeyRegistration' | 'passkeySignIn' | 'passkeySignUp'

export interface ChallengeScope {
  ceremony: Ceremony
  realm: string
  /** Whose it is, where it belongs to an account. */
  userId?: string
  browserNonce?: string | null
}

export function newChallenge(
  core: Core,
  { data = {}, ...of }: ChallengeScope & { data?: Record<string, unknown> },
) {
  const challenge = newSecret(core)
  return { challenge, row: challengeRow(core, challenge, { ...of, data }) }
}

/** The row of a pending challenge; for seeding one that a contract's examples answer. */
export function challengeRow(
  { now }: Pick<Core, 'now'>,
  challenge: string,
  {
    ceremony,
    realm,
    userId,
    browserNonce = null,
    data = {},
  }: ChallengeScope & { data?: Record<string, unknown> },
): OneTimeToken {
  return {
    tokenHash: hashOf(challenge),
    purpose: ceremony,
    realm,
    userId: userId ?? null,
    email: null,
    data: { ...data, browserNonceHash: browserNonce === null ? null : hashOf(browserNonce) },
    createdAt: now(),
    expiresAt: now() + challengeSeconds * 1000,
  }
}

/** Of any number of attempts to answer a challenge, one gets it (WebAuthn L3, section 13.4.3). */
export async function consumeChallenge(
  core: Core,
  clientDataJSON: string,
  { ceremony: purpose, realm, userId, browserNonce = null }: ChallengeScope,
): Promise<{ challenge: string; row: OneTimeToken }> {
  const challenge = readChallenge(clientDataJSON)
  const where = { tokenHash: hashOf(challenge ?? ''), purpose, realm, userId: userId ?? null }
  const row = await core.store.find('oneTimeTokens', where)
  const browserNonceHash = row?.data.browserNonceHash
  const isOurs =
    row &&
    (browserNonce === null ||
      typeof browserNonceHash !== 'string' ||
      areSame(hashOf(browserNonce), browserNonceHash))
  if (challenge === undefined || !isOurs) throw new AuthError('passkeyChallengeNotFound')
  const { done } = await core.store.write([
    remove('oneTimeTokens', { ...where, expiresAt: { after: core.now() } }, { expect: 1 }),
  ])
  if (!done) throw new AuthError('passkeyChallengeNotFound')
  return { challenge, row }
}
