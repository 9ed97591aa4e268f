import { afterEach } from 'vitest'
import { AuthError, type AuthErrorCode } from '../../src/core/errors.ts'
import type { EmailPayload } from '../../src/core/outbox.ts'
import { unseal } from '../../src/core/outbox.ts'
import type { AuthEvent, Core, Hasher, RequestMeta } from '../../src/core/ports.ts'
import { defaultRules, type Rules } from '../../src/core/rules.ts'
import { hashOf, newUuid } from '../../src/core/secrets.ts'
import { type SignUpInput, signUp } from '../../src/core/sign-up.ts'
import type { Store } from '../../src/core/store.ts'
import { applyUserChanges } from '../../src/server/administration/user-changes.ts'
import { createMemoryRateLimiter } from '../../src/storage/memory/rate-limiter.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import type { Administration } from '../../src/variants/variant.ts'

export const engines: [string, () => Store][] = [
  ['sqlite', () => openSqliteStore(':memory:')],
  ['memory', createMemoryStore],
]

export const requestMeta: RequestMeta = { ip: '192.0.2.1', userAgent: 'test' }
export const fromIp = (ip: string): RequestMeta => ({ ...requestMeta, ip })

type PartialDeep<Whole> = {
  [Name in keyof Whole]?: Whole[Name] extends object ? Partial<Whole[Name]> : Whole[Name]
}

export interface TestCore extends Core {
  events: AuthEvent[]
  warnings: string[]
  /** Returns the number of computed and verified hashes. */
  hashes: () => number
  /** Advances the clock. */
  advance: (seconds: number) => void
  /** Returns the content of all mails in the outbox. */
  sentMails: () => Promise<EmailPayload[]>
}

const open: Store[] = []
afterEach(async () => {
  for (const store of open.splice(0)) await store.close()
})

/** Creates a core with a stopped clock, fast hashes and recorded events. */
export const testCore = (rules: PartialDeep<Rules> = {}, store = openSqliteStore(':memory:')): TestCore => {
  open.push(store)
  let time = Date.parse('2026-03-04T05:06:07Z')
  const now = () => time
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const { hasher, hashes } = countingHasher()
  const events: AuthEvent[] = []
  const warnings: string[] = []
  const core: Core = {
    store,
    now,
    random,
    newId: () => newUuid({ random }),
    hasher,
    limiter: createMemoryRateLimiter({ now, elapsed: now }),
    secrets: ['a secret of the tests, which is long enough'],
    rules: mergeRules(rules),
    record: (event) => events.push(event),
    warn: (message) => warnings.push(message),
  }
  return {
    ...core,
    events,
    warnings,
    hashes,
    advance: (seconds) => {
      time += seconds * 1000
    },
    sentMails: async () => {
      const mails = await store.list('outbox', { sentAt: null }, { orderBy: 'createdAt' })
      return Promise.all(mails.map((mail) => unseal(core, mail)))
    },
  }
}

const mergeRules = (rules: PartialDeep<Rules>): Rules =>
  Object.fromEntries(
    Object.entries(defaultRules).map(([name, part]) => [name, { ...part, ...rules[name as keyof Rules] }]),
  ) as unknown as Rules

const countingHasher = () => {
  let count = 0
  const phcOf = (password: string, strength = 'strong') => `$${strength}$${hashOf(password)}`
  // Yields to concurrent requests, as a real hash does.
  const countAndYield = async () => {
    count++
    await new Promise((resolve) => setImmediate(resolve))
  }
  const hasher: Hasher = {
    hash: async (password) => {
      await countAndYield()
      return phcOf(password)
    },
    verify: async (phc, password) => {
      await countAndYield()
      return phc === phcOf(password, phc.split('$')[1])
    },
    isOutdated: (phc) => phc.startsWith('$weak$'),
    dummyHash: phcOf('dummy'),
  }
  return { hasher, hashes: () => count }
}

export const ada: SignUpInput = {
  realm: '',
  email: 'ada@example.org',
  password: 'correct-horse-9',
  name: 'Ada',
  requestMeta,
}

export const signUpAda = async (core: Core, other: Partial<SignUpInput> = {}) => {
  const { user, issued } = await signUp(core, { ...ada, ...other })
  if (!issued) throw new Error('The rules of this core open no session at sign-up')
  return { user, issued }
}

/** Returns the code of the `AuthError`, or `succeeded`. Rethrows other errors. */
export const outcomeOf = async (attempt: Promise<unknown>): Promise<AuthErrorCode | 'succeeded'> =>
  attempt.then(
    () => 'succeeded' as const,
    (error) => {
      if (error instanceof AuthError) return error.code
      throw error
    },
  )

/** Returns how often each outcome occurred. */
export const countOutcomes = async (attempts: Promise<unknown>[]): Promise<Record<string, number>> => {
  const outcomes: Record<string, number> = {}
  for (const outcome of await Promise.all(attempts.map(outcomeOf)))
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  return outcomes
}

/** Changes an account as an operator does. */
export const administer = (
  core: Core,
  user: string,
  change: { role?: string; plan?: string; status?: 'active' | 'disabled' | 'deleted' },
) => applyUserChanges(core, administration, [{ user, ...change }])

const administration: Administration = {
  roles: ['user', 'admin'],
  rolesBelongTo: 'user',
  plans: ['free', 'starter'],
  verificationIsOptional: true,
}

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

/** Returns the token of the newest mail of a kind. */
export const mailedToken = async (core: TestCore, kind: EmailPayload['kind']): Promise<string> => {
  const token = (await core.sentMails()).findLast((mail) => mail.kind === kind)?.token
  if (!token) throw new Error(`No mail of kind ${kind} was sent`)
  return token
}
