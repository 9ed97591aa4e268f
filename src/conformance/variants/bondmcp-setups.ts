import type { Setup } from '../world/setup.ts'
import {
  afterSeconds,
  later,
  withCommonPasswordsRefused,
  withoutAllowance,
  withSettings,
  withToken,
} from '../world/setups.ts'
import { createKey, deleteKey, mary } from './bondmcp-cast.ts'

const day = 24 * 60 * 60

/** Calls an operation with a key of the caller. */
const withKey = (...permissions: string[]): Setup => ({
  needsNoPeople: true,
  run: async (stage, parts) =>
    withToken(parts, (await createKey(stage, await stage.createAccount(), permissions)).key),
})

export const setups: Record<string, Setup> = {
  'verifyEmail expiredLink': later(day + 1),
  'signIn lapsedRegistration': later(day + 1),
  rateLimited: withoutAllowance('public', 'freeMinute'),
  expiredToken: afterSeconds(mary, 3601),
  revokedKey: {
    needsNoPeople: true,
    async run(stage, parts) {
      const account = await stage.createAccount()
      const { id, key } = await createKey(stage, account, ['read'])
      await deleteKey(stage, account, id)
      return withToken(parts, key)
    },
  },
  missingPermission: withKey(),
  apiKeyUsed: withKey('read'),
  planTooSmall: withSettings({ planEntitlements: { free: [] } }),
  noKeys: {
    needsNoPeople: true,
    run: async (stage, parts) => withToken(parts, (await stage.createAccount()).access),
  },
  keyLimitReached: {
    needsNoPeople: true,
    async run(stage, parts) {
      const account = await stage.createAccount()
      for (let count = 0; count < 5; count++) await createKey(stage, account, ['read'])
      return withToken(parts, account.access)
    },
  },
  commonPassword: {
    ...withCommonPasswordsRefused,
    async run(stage, parts, about) {
      await withCommonPasswordsRefused.run(stage, parts, about)
      return { body: { email: stage.newPerson().email, password: 'password123' } }
    },
  },
  tooManyConflicts: {
    isExclusive: true,
    needsNoPeople: true,
    async run(stage) {
      const { email, password } = await stage.play(mary)
      const body = { email, password }
      await stage.changeSettings({
        rateLimits: true,
        limits: { signUpConflicts: { max: 1, windowSeconds: 60 }, public: null },
      })
      await stage.send({ method: 'POST', path: '/mcp/auth/register', body })
      return { body }
    },
  },
  tooManyAttempts: {
    isExclusive: true,
    needsNoPeople: true,
    async run(stage) {
      const { email } = await stage.createAccount()
      const body = { email, password: 'not the right one' }
      await stage.changeSettings({
        rateLimits: true,
        limits: { failuresByAccount: { max: 1, windowSeconds: 60 }, public: null },
      })
      await stage.send({ method: 'POST', path: '/mcp/auth/login', body })
      return { body }
    },
  },
}
