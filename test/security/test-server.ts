import type { ResponseData } from '../../src/conformance/exchange.ts'
import type {
  Adapter,
  Credential,
  KeysAdapter,
  Person,
  PlainRequest,
} from '../../src/conformance/variants/adapter.ts'
import { readCredential } from '../../src/conformance/world/accounts.ts'
import type { Store } from '../../src/core/store.ts'
import type { Tables } from '../../src/core/tables.ts'
import { tableNames, tables } from '../../src/storage/schema.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { borrowTestStore } from '../support/postgres-schema.ts'
import { openSandbox, type TestSettings } from '../support/sandbox.ts'
import { type AdapterWith, servedAdapters } from '../support/served.ts'

/** Whether a status reports success. APIs choose 200, 202 or 204 for responses that say little. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** Whether API keys are bearer tokens, and not in a header or parameter for keys only. */
export const areBearerTokens = (keys: KeysAdapter): boolean => 'authorization' in (keys.use('').headers ?? {})

/** The storage engines by name. Each function opens an empty store that is closed after the test. */
export const engines: Record<string, () => Promise<Store>> = {
  sqlite: async () => openSqliteStore(':memory:'),
  postgres: borrowTestStore,
}

/** An API on a storage engine. */
export interface Case<D extends Adapter = AdapterWith<never>> {
  name: string
  adapter: D
  engine: () => Promise<Store>
}

/**
 * Returns all combinations of APIs and storage engines, for `describe.each`.
 * @param needed the operations that a test requires; APIs that lack one are left out
 */
export const casesWith = <Operation extends keyof Adapter>(
  ...needed: Operation[]
): Case<AdapterWith<Operation>>[] =>
  servedAdapters(...needed).flatMap((adapter) =>
    Object.entries(engines).map(([name, engine]) => ({
      name: `${adapter.name} on ${name}`,
      adapter,
      engine,
    })),
  )

export type TestServer<D extends Adapter = Adapter> = Awaited<ReturnType<typeof openTestServer<D>>>

export interface Account extends Person, Credential {}

/** The default IP address of clients. */
const defaultIp = '192.0.2.1'

/**
 * Opens a seeded server to attack. It rejects common passwords, as in production. Rate limits are off unless
 * `limits` is set, so that they do not interfere with other tests.
 */
export async function openTestServer<D extends Adapter>(
  { adapter, engine }: Case<D>,
  { limits = false, operator, ...settings }: TestSettings & { limits?: boolean } = {},
) {
  const store = await engine()
  const rules = { passwords: { refuseCommon: true }, ...operator }
  const sandbox = await openSandbox(adapter.name, { store, operator: rules, ...settings })
  const { mode } = settings
  if (!limits && mode !== 'production') await sandbox.control('settings', { rateLimits: false })

  /** @param ip the IP address of the client */
  async function send(
    { method, path, body, headers = {} }: PlainRequest,
    ip = defaultIp,
  ): Promise<ResponseData> {
    const request = new Request(sandbox.publicUrl + path, {
      method,
      redirect: 'manual',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const response = await sandbox.fetch(request, { ip })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    }
  }

  const mailsTo = async (email: string) =>
    (
      await sandbox.control<{ mails: { kind: string; text: string; links: string[]; tokens: string[] }[] }>(
        `inbox?to=${encodeURIComponent(email)}`,
      )
    ).mails

  /** Returns the token of the newest mail of a kind. */
  async function mailedToken(email: string, kind: 'verifyEmail' | 'resetPassword'): Promise<string> {
    const token = (await mailsTo(email)).findLast((mail) => mail.kind === kind)?.tokens[0]
    if (token === undefined) throw new Error(`No mail of kind ${kind} was sent to ${email}`)
    return token
  }

  async function signIn(person: Pick<Person, 'email' | 'password'>): Promise<Credential> {
    const response = await send(adapter.signIn(person))
    if (response.status !== adapter.statuses.signedIn) throw new Error(`The sign-in failed: ${response.text}`)
    return readCredential(adapter, response)
  }

  let count = 0
  /** Signs up a new user, verifies the email if necessary, and signs in. */
  async function createAccount(overrides: Partial<Person> = {}): Promise<Account> {
    const name = `Newcomer ${++count}`
    const person = {
      email: `newcomer${count}@example.net`,
      password: `a long enough phrase ${count}`,
      name,
      ...overrides,
    }
    const response = await send(adapter.signUp(person))
    if (response.status !== adapter.statuses.signedUp) throw new Error(`The sign-up failed: ${response.text}`)
    if (adapter.requiresVerification && adapter.verify)
      await send(
        adapter.verify({ email: person.email, token: await mailedToken(person.email, 'verifyEmail') }),
      )
    const credential = adapter.signUpSignsIn ? readCredential(adapter, response) : await signIn(person)
    return { ...person, ...credential }
  }

  return {
    ...sandbox,
    ...adapter,
    adapter,
    store,
    send,
    signInAs: signIn,
    createAccount,
    mailsTo,
    mailedToken,
    advance: (advanceSeconds: number) => sandbox.control('clock', { advanceSeconds }),
    settings: (changes: object) => sandbox.control('settings', changes),
    change: (user: string, change: object) => sandbox.control('settings', { users: [{ user, ...change }] }),
    /** Tells whether an access token is accepted. */
    isAuthenticated: async (access: string) => (await send(adapter.getCurrentUser(access))).status === 200,
    /** Returns all rows of the store as JSON. */
    dump: () => dumpStore(store),
    /** Returns the entries of the audit log with this event name. */
    events: (name: string) =>
      sandbox.lines.filter(({ message, event }) => message === 'audit' && event === name),
  }
}

async function dumpStore(store: Store): Promise<string> {
  const rows = await Promise.all(
    tableNames.map((name) => {
      const [first] = Object.keys(tables[name].columns)
      return store.list(name, {}, { orderBy: first as keyof Tables[typeof name] & string })
    }),
  )
  return JSON.stringify(rows)
}

/** Returns how often each status occurred. */
export const countStatuses = (responses: ResponseData[]): Record<number, number> =>
  Object.fromEntries(
    [...Map.groupBy(responses, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  )

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
