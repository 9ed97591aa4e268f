import type { VariantName } from '../../generated/index.ts'
import type { Store } from '../../src/core/store.ts'
import type { Tables } from '../../src/core/tables.ts'
import { tableNames, tables } from '../../src/storage/schema.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { borrowTestStore } from '../support/postgres-schema.ts'
import { openSandbox, type TestSettings } from '../support/sandbox.ts'
import { variants } from '../support/variants.ts'
import type { Credential, Dialect, Got, Person, Sent } from './dialect.ts'
import { bedrud } from './dialects/bedrud.ts'
import { bkend } from './dialects/bkend.ts'
import { bondmcp } from './dialects/bondmcp.ts'
import { openfactory } from './dialects/openfactory.ts'

export const dialects: Record<VariantName, Dialect> = { bedrud, bkend, bondmcp, openfactory }

/** Every storage engine by its name, and how to get an empty store of it that ends with the test. */
export const engines: Record<string, () => Promise<Store>> = {
  sqlite: async () => openSqliteStore(':memory:'),
  postgres: borrowTestStore,
}

export interface Case<D extends Dialect = Dialect> {
  name: string
  dialect: D
  engine: () => Promise<Store>
}

type With<Operation extends keyof Dialect> = Dialect & Required<Pick<Dialect, Operation>>

/**
 * The APIs on the engines, one case each, for `describe.each`.
 * @param needed operations without which a requirement has no meaning: an API that lacks one has no case
 */
export const everywhere = <Operation extends keyof Dialect>(
  ...needed: Operation[]
): Case<With<Operation>>[] =>
  Object.values(dialects)
    .filter((dialect): dialect is With<Operation> => needed.every((operation) => dialect[operation]))
    .filter(({ name }) => 'behaviour' in variants[name])
    .flatMap((dialect) =>
      Object.entries(engines).map(([name, engine]) => ({
        name: `${dialect.name} on ${name}`,
        dialect,
        engine,
      })),
    )

export type Subject<D extends Dialect = Dialect> = Awaited<ReturnType<typeof openSubject<D>>>

export interface Account extends Person, Credential {}

/** Somebody's requests come from here, unless a test says otherwise. */
const home = '192.0.2.1'

/**
 * A server with its seed, to be attacked. Common passwords are rejected, as in production. Limits are off unless `limits` is
 * set, so that nothing but the subject is seen.
 */
export async function openSubject<D extends Dialect>(
  { dialect, engine }: Case<D>,
  { limits = false, operator, ...settings }: TestSettings & { limits?: boolean } = {},
) {
  const store = await engine()
  const rules = { passwords: { refuseCommon: true }, ...operator }
  const sandbox = await openSandbox(dialect.name, { store, operator: rules, ...settings })
  const { mode } = settings
  if (!limits && mode !== 'production') await sandbox.control('settings', { rateLimits: false })

  /** @param address of the client */
  async function send({ method, path, body, headers = {} }: Sent, address = home): Promise<Got> {
    const request = new Request(sandbox.publicUrl + path, {
      method,
      redirect: 'manual',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const answer = await sandbox.fetch(request, { ip: address })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json')
    return {
      status: answer.status,
      headers: answer.headers,
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

  /** The token of the newest mail of a kind. */
  async function mailedToken(email: string, kind: 'verifyEmail' | 'resetPassword'): Promise<string> {
    const token = (await mailsTo(email)).findLast((mail) => mail.kind === kind)?.tokens[0]
    if (token === undefined) throw new Error(`No ${kind} mail to ${email}`)
    return token
  }

  async function signIn(person: Pick<Person, 'email' | 'password'>): Promise<Credential> {
    const answer = await send(dialect.signIn(person))
    if (answer.status !== dialect.statuses.signedIn) throw new Error(`Not signed in: ${answer.text}`)
    return dialect.credentialIn(answer)
  }

  let count = 0
  /** Somebody new, signed in. */
  async function join(about: Partial<Person> = {}): Promise<Account> {
    const name = `Newcomer ${++count}`
    const person = {
      email: `newcomer${count}@example.net`,
      password: `a long enough phrase ${count}`,
      name,
      ...about,
    }
    const answer = await send(dialect.signUp(person))
    if (answer.status !== dialect.statuses.signedUp) throw new Error(`Not signed up: ${answer.text}`)
    if (dialect.demandsVerification && dialect.verify)
      await send(
        dialect.verify({ email: person.email, token: await mailedToken(person.email, 'verifyEmail') }),
      )
    const credential = dialect.signUpSignsIn ? dialect.credentialIn(answer) : await signIn(person)
    return { ...person, ...credential }
  }

  return {
    ...sandbox,
    ...dialect,
    dialect,
    store,
    send,
    signInAs: signIn,
    join,
    mailsTo,
    mailedToken,
    advance: (advanceSeconds: number) => sandbox.control('clock', { advanceSeconds }),
    settings: (wanted: object) => sandbox.control('settings', wanted),
    change: (user: string, change: object) => sandbox.control('settings', { users: [{ user, ...change }] }),
    /** Whether somebody is let in. */
    isIn: async (access: string) => (await send(dialect.whoAmI(access))).status === 200,
    /** All that the store has, as text. */
    dump: () => dumpOf(store),
    /** The events of the audit log. */
    events: (name: string) =>
      sandbox.lines.filter(({ message, event }) => message === 'audit' && event === name),
  }
}

async function dumpOf(store: Store): Promise<string> {
  const rows = await Promise.all(
    tableNames.map((name) => {
      const [first] = Object.keys(tables[name].columns)
      return store.list(name, {}, { orderBy: first as keyof Tables[typeof name] & string })
    }),
  )
  return JSON.stringify(rows)
}

/** How often each status came. */
export const tally = (answers: Got[]): Record<number, number> =>
  Object.fromEntries(
    [...Map.groupBy(answers, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  )

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
