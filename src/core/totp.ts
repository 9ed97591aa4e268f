import { Secret, TOTP } from 'otpauth'
import type { Core } from './ports.ts'
import { hashOf } from './secrets.ts'
import { type Change, insert } from './store.ts'
import type { User } from './tables.ts'

const periodSeconds = 30
/** Periods before and after the present one, for clocks that differ (RFC 6238, section 5.2). */
const window = 1

/**
 * Is this the code that the user's authenticator shows?
 * @returns the change that makes it good for once: its write fails when the code was used before (RFC 6238, section 5.2);
 *   undefined for a wrong code
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
