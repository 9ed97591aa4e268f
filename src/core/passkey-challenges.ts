import { AuthError } from './errors.ts'
import { readChallenge } from './passkey-messages.ts'
import type { Core } from './ports.ts'
import { areSame, hashOf, newSecret } from './secrets.ts'
import { remove } from './store.ts'
import type { OneTimeToken } from './tables.ts'

/** The lifetime of a challenge. */
export const challengeSeconds = 300

/** The ceremony of a challenge, which is also the purpose of its row. */
export type Ceremony = 'passkeyRegistration' | 'passkeySignIn' | 'passkeySignUp'

/** The ceremony, the realm, the user and the browser that a challenge is bound to. */
export interface ChallengeScope {
  ceremony: Ceremony
  realm: string
  /** The user who adds a passkey; undefined for other ceremonies. */
  userId?: string
  /** A secret in a cookie of the browser that started the ceremony; null without cookies. */
  browserNonce?: string | null
}

/** Creates a challenge and its row. Writes nothing. */
export function newChallenge(
  core: Core,
  { data = {}, ...scope }: ChallengeScope & { data?: Record<string, unknown> },
) {
  const challenge = newSecret(core)
  return { challenge, row: challengeRow(core, challenge, { ...scope, data }) }
}

/** Returns the row of a challenge. Exported for seeding the challenges of the contract's examples. */
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

/**
 * Consumes the challenge of a response. Of several concurrent responses, exactly one succeeds (WebAuthn L3,
 * section 13.4.3).
 * @throws {AuthError} passkeyChallengeNotFound
 */
export async function consumeChallenge(
  core: Core,
  clientDataJSON: string,
  { ceremony: purpose, realm, userId, browserNonce = null }: ChallengeScope,
): Promise<{ challenge: string; row: OneTimeToken }> {
  const challenge = readChallenge(clientDataJSON)
  const where = { tokenHash: hashOf(challenge ?? ''), purpose, realm, userId: userId ?? null }
  const row = await core.store.find('oneTimeTokens', where)
  const browserNonceHash = row?.data.browserNonceHash
  const matches =
    row &&
    (browserNonce === null ||
      typeof browserNonceHash !== 'string' ||
      areSame(hashOf(browserNonce), browserNonceHash))
  if (challenge === undefined || !matches) throw new AuthError('passkeyChallengeNotFound')
  const { done } = await core.store.write([
    remove('oneTimeTokens', { ...where, expiresAt: { after: core.now() } }, { expect: 1 }),
  ])
  if (!done) throw new AuthError('passkeyChallengeNotFound')
  return { challenge, row }
}
