import { accessTokenOf, type Setups } from '../cases.ts'
import { afterSeconds, bearer, withoutCommonPasswords, withSettings, withZeroLimits } from './common.ts'

const mary = 'mary@example.org'
const key = (first: string, middle: string, last: string) => bearer(`bcp_${first}${middle}${last}`)

export const bondmcp: Setups = {
  rateLimited: withZeroLimits(mary, 'public', 'freeMinute'),
  expiredToken: afterSeconds(mary, 3601),
  revokedKey: async () => key('e6f4a182', '000011112222333344445555666677778888', '37cb'),
  missingPermission: async () => key('c47b20e9', 'aaaa1111bbbb2222cccc3333dddd4444eeee', 'd805'),
  apiKeyUsed: async () => key('9f31c0de', '0123456789abcdef0123456789abcdef0123', '41ab'),
  planTooSmall: withSettings({ planEntitlements: { free: [] } }),
  noKeys: async (sandbox) => bearer(await accessTokenOf(sandbox, 'katherine@example.org')),
  keyLimitReached: async (sandbox) => bearer(await accessTokenOf(sandbox, 'ada@example.org')),
  commonPassword: async (sandbox, contractCase) => {
    await withoutCommonPasswords(sandbox, contractCase)
    return { body: { email: 'new@example.org', password: 'password123' } }
  },
  tooManyConflicts: async (sandbox) => {
    const taken = { email: mary, password: 'sunrise-over-water-4' }
    for (let count = 0; count < 5; count++) await sandbox.call('POST', '/mcp/auth/register', taken)
    return { body: taken }
  },
  tooManyAttempts: async (sandbox) => {
    const wrong = { email: mary, password: 'not the right one' }
    for (let count = 0; count < 10; count++) await sandbox.call('POST', '/mcp/auth/login', wrong)
    return { body: wrong }
  },
}
