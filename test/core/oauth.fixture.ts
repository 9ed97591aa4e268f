import type { AuthEvent, Core, IdKind } from '../../src/core/ports.ts'
import { defaultRules, type Rules } from '../../src/core/rules.ts'
import { newUuid } from '../../src/core/secrets.ts'
import { createMemoryRateLimiter } from '../../src/storage/memory/rate-limiter.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'

export const requestMeta = { ip: '192.0.2.1', userAgent: 'test' }

/** Creates a core with an in-memory store and a clock that tests can advance. */
export function testCore(rules: Partial<Rules> = {}) {
  const clock = { now: Date.parse('2026-03-02T09:00:00Z') }
  const events: AuthEvent[] = []
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const core: Core = {
    store: createMemoryStore(),
    now: () => clock.now,
    random,
    newId: (_kind: IdKind) => newUuid({ random }),
    hasher: {
      hash: async (password) => `$plain$${password}`,
      verify: async (phc, password) => phc === `$plain$${password}`,
      isOutdated: () => false,
      dummyHash: '$plain$',
    },
    limiter: createMemoryRateLimiter({ now: () => clock.now, elapsed: () => clock.now }),
    secrets: ['a secret for tests that is long enough'],
    rules: { ...defaultRules, ...rules },
    record: (event) => events.push(event),
    warn: () => {},
  }
  const tables = [
    'users',
    'identities',
    'sessions',
    'oneTimeTokens',
    'passkeys',
    'apiKeys',
    'organizations',
  ] as const
  return {
    core,
    events,
    advance: (seconds: number) => {
      clock.now += seconds * 1000
    },
    /** Returns the number of rows per table, to check that nothing was left behind. */
    counts: async () =>
      Object.fromEntries(
        await Promise.all(tables.map(async (table) => [table, await core.store.count(table, {})])),
      ),
    /** Returns everything that is stored, as JSON. */
    dump: async () =>
      JSON.stringify(
        await Promise.all(tables.map((table) => core.store.list(table, {}, { orderBy: 'createdAt' }))),
      ),
  }
}

/** Runs a function for all items concurrently; returns the number of successes and the error codes. */
export async function inParallel<T>(items: T[], run: (item: T) => Promise<unknown>) {
  const results = await Promise.allSettled(items.map(run))
  return {
    succeeded: results.filter(({ status }) => status === 'fulfilled').length,
    codes: [
      ...new Set(results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))),
    ],
  }
}

export const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)
