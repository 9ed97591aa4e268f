import { Secret, TOTP } from 'otpauth'
import type { Core } from './ports.ts'
import { hashOf } from './secrets.ts'
import { type Change, insert } from './store.ts'
import type { User } from './tables.ts'

const periodSeconds = 30
/**
 * The number of accepted periods before and after the current one, because of clock skew (RFC 6238, section
 * 5.2).
 */
const window = 1

/**
 * Verifies a TOTP code.
 * @param secret in Base32
 * @returns the change that consumes the code, whose write fails if the code was used before (RFC 6238,
 *   section 5.2); undefined if the code is wrong
 */
export function consumeTotpChange(
  core: Pick<Core, 'now'>,
  { id, realm }: Pick<User, 'id' | 'realm'>,
  secret: string,
  code: string,
): Change | undefined {
  const now = core.now()
  const totp = new TOTP({ secret: Secret.fromBase32(secret), period: periodSeconds })
  const delta = /^\d{6}$/.test(code) ? totp.validate({ token: code, timestamp: now, window }) : null
  if (delta === null) return undefined
  const period = Math.floor(now / 1000 / periodSeconds) + delta
  return insert('oneTimeTokens', {
    tokenHash: hashOf(`totp ${id} ${period}`),
    purpose: 'usedTotp',
    realm,
    userId: id,
    email: null,
    data: {},
    createdAt: now,
    expiresAt: (period + window + 1) * periodSeconds * 1000,
  })
}
