import { TOTP } from 'otpauth'
import { expect, it } from 'vitest'
import { codeAt } from '../../src/demo/authenticator.ts'

it.each([0, 59_000, 1_111_111_109_000, 20_000_000_000_000])(
  'shows the code of an authenticator app at %i milliseconds',
  async (timestamp) => {
    const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
    expect(await codeAt(secret, timestamp)).toBe(new TOTP({ secret }).generate({ timestamp }))
  },
)
