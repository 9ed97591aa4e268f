import type { InjectFaultRequest } from '../../generated/_dev/types.ts'
import type { VariantName } from '../../generated/index.ts'
import type { VariantRoutes } from '../../generated/variant-routes.ts'
import type { Tokens } from '../client/index.ts'
import { UserError } from '../common/user-error.ts'
import type { TestAdapter } from './adapters/adapter.ts'
import { adapters } from './adapters/index.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { type Fetch, openConnection, resultOf } from './connection.ts'
import { createTestInbox, type TestInbox } from './inbox.ts'
import { createTestOAuth, type TestOAuth } from './oauth.ts'
import { createSignIn, type SignIn } from './sign-in.ts'

/** The frontend under test. */
export interface FrontendOptions {
  /** The URL of the frontend. `http://localhost:3000` by default. */
  webUrl?: string
  /**
   * Returns the items of the frontend's `localStorage` after a sign-in, for `storageState`. By default the
   * item `session`, as `storageTokens(localStorage, 'session')` of the client stores it.
   */
  localStorage?: (tokens: Tokens) => Record<string, string>
}

/** An operation of an API; `*` means all of them. */
export type OperationOf<Name extends VariantName> =
  | '*'
  | (Name extends VariantName ? keyof VariantRoutes[Name] & string : never)

/**
 * The answer to the next calls of an operation: one that the contract declares, a broken connection, a delay,
 * or a combination.
 */
export type FaultAnswer = Partial<Omit<InjectFaultRequest, 'operationId'>>

/** A sandbox and what tests do with it. */
export interface TestSandbox<Name extends VariantName = VariantName> {
  /** The base URL of the API, for the client under test. */
  url: string
  inbox: TestInbox
  clock: TestClock
  oauth: TestOAuth
  signIn: SignIn
  /** Restores the seeded users, the settings and the time, and removes mails, uploads and faults. */
  reset: () => Promise<void>
  /**
   * Saves users, tokens, mails, uploads, settings and the time under a name, and replaces an earlier snapshot
   * of that name. Snapshots stay until the sandbox stops.
   * @throws {UserError} if the name is invalid, or there are 20 snapshots
   * @example
   * await sandbox.snapshot('signed-up')
   */
  snapshot: (name: string) => Promise<void>
  /**
   * Restores a snapshot. Tokens and links from before it work again, later ones do not. Removes faults.
   * @throws {UserError} if there is no snapshot of that name
   */
  restore: (name: string) => Promise<void>
  /**
   * Makes the next calls of an operation fail, break off or respond late.
   * @param answer a declared status, or more: `{ status, example, connection, delayMs, times }`. Once by
   *   default.
   * @throws {UserError} if the contract does not declare the operation, the status or the example
   * @example
   * await sandbox.fail('signIn', 503)
   */
  fail: (operation: OperationOf<Name>, answer: number | FaultAnswer) => Promise<void>
  /**
   * Delays all calls of the API until the next reset.
   * @param delayMs the mean delay in milliseconds
   * @param jitterMs the maximum difference from the mean, 0 by default
   * @example
   * await sandbox.delay(300, 100)
   */
  delay: (delayMs: number, jitterMs?: number) => Promise<void>
}

/**
 * Connects to a sandbox that is already running, by its base URL: in the workers of a test runner, for
 * example.
 * @throws {UserError} if no sandbox responds at the URL
 * @example
 * const sandbox = await connectSandbox(process.env.SANDBOX_URL)
 */
export function connectSandbox<Name extends VariantName = VariantName>(
  url: string,
  options: FrontendOptions = {},
): Promise<TestSandbox<Name>> {
  return connectWith((input, init) => fetch(input, init), url, options)
}

/**
 * Connects to a sandbox.
 * @param send sends all requests to the sandbox and to its simulated providers
 */
export async function connectWith<Name extends VariantName>(
  send: Fetch,
  url: string,
  { webUrl = 'http://localhost:3000', localStorage = asSession }: FrontendOptions,
): Promise<TestSandbox<Name>> {
  const opened = await openConnection(url, send)
  const { controls, seed } = opened
  const known: Record<string, TestAdapter | undefined> = adapters
  const adapter = known[seed.api] ?? withoutSignIn(seed.api)
  const key = seed.apiKeys.find(({ state }) => state === 'active')?.key ?? ''
  const connection = { ...opened, headers: adapter.keyHeaders?.(key) ?? {} }

  const inbox = createTestInbox(connection)
  const clock = createTestClock(connection)
  const oauth = createTestOAuth(connection, adapter, webUrl)
  return {
    url: connection.url,
    inbox,
    clock,
    oauth,
    signIn: createSignIn({ connection, adapter, inbox, clock, webUrl, localStorage }),
    async reset() {
      await resultOf(controls.POST('/__dev/reset'))
    },
    async snapshot(name) {
      await resultOf(controls.PUT('/__dev/snapshots/{name}', { params: { path: { name } } }))
    },
    async restore(name) {
      await resultOf(controls.POST('/__dev/snapshots/{name}/restore', { params: { path: { name } } }))
    },
    async delay(delayMs, jitterMs = 0) {
      await resultOf(controls.POST('/__dev/settings', { body: { latency: { delayMs, jitterMs } } }))
    },
    async fail(operationId, answer) {
      const fault = typeof answer === 'number' ? { status: answer } : answer
      await resultOf(controls.POST('/__dev/faults', { body: { operationId, times: 1, ...fault } }))
    },
  }
}

/** For an API without an adapter. Seeded users can still sign in, through the development controls. */
function withoutSignIn(api: string): TestAdapter {
  const fail = (): never => {
    throw new UserError(
      `Signing up in ${api} needs an adapter, which this version does not have. Sign in as a seeded user.`,
    )
  }
  return { signUp: fail, signIn: fail, tokensIn: () => undefined }
}

const asSession = (tokens: Tokens) => ({ session: JSON.stringify(tokens) })
