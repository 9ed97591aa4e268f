import { TOTP } from 'otpauth'
import type { SeededUser } from '../../generated/_dev/types.ts'
import type { Tokens } from '../client/index.ts'
import { UserError } from '../common/user-error.ts'
import type { JsonRequest, Person, TestAdapter } from './adapters/adapter.ts'
import type { TestClock } from './clock.ts'
import { type Connection, resultOf, send } from './connection.ts'
import type { TestInbox } from './inbox.ts'
import { findSeededUser, newEmail, type PersonRequest } from './people.ts'
import { readResponse } from './response.ts'
import { type BrowserCookie, parseCookies, readCookies, type StorageState } from './storage-state.ts'

/** A signed-in user. */
export interface TestSession {
  /** The password is null for a user without one. */
  user: Omit<Person, 'password'> & { password: string | null }
  tokens: Tokens
  /** Headers of signed-in requests: the access token, and an API key if the API needs one. */
  headers: Record<string, string>
  /** For `storageState` of Playwright: the cookies of the API, and the tokens in `localStorage`. */
  storageState: StorageState
}

/**
 * Signs a user in. Seeded users need no password, second factor or provider.
 * @param who the name or email of a seeded user, or the data of another one, who is created by the API
 *   unless the sign-in succeeds; a new user by default
 * @throws {UserError} if the API rejects the sign-in
 */
export type SignIn = (who?: string | PersonRequest) => Promise<TestSession>

export interface SignInParts {
  connection: Connection
  adapter: TestAdapter
  inbox: TestInbox
  clock: TestClock
  /** The frontend, whose origin owns the `localStorage`. */
  webUrl: string
  /** Returns the items of the `localStorage` of a signed-in frontend. */
  localStorage: (tokens: Tokens) => Record<string, string>
}

interface SignedIn {
  tokens: Tokens
  cookies: BrowserCookie[]
}

/** The password of created users. Accepted by the rules of all APIs. */
const defaultPassword = 'Violet-kettle-on-9-clouds'

export function createSignIn(parts: SignInParts): SignIn {
  const { connection, adapter, inbox, clock } = parts

  /** Sends a request whose response has tokens if it succeeds. */
  async function attempt(
    request: JsonRequest,
  ): Promise<{ response: Response; tokens: Tokens | undefined; cookies: BrowserCookie[] }> {
    const response = await send(connection, request)
    const tokens = response.ok ? adapter.tokensIn(await readResponse(response)) : undefined
    return { response, tokens, cookies: readCookies(response) }
  }

  /** Works the same for users without a password or with a second factor, and after a change of password. */
  async function signInSeeded({ id, name, note }: SeededUser): Promise<SignedIn> {
    const call = connection.controls.POST('/__dev/sessions', { body: { user: id } })
    const { accessToken, refreshToken, cookies } = await resultOf(call).catch((error: UserError) => {
      throw new UserError(`${name} cannot sign in: ${error.message} About this user: ${note}`)
    })
    return {
      tokens: { accessToken, ...(refreshToken !== null && { refreshToken }) },
      cookies: parseCookies(cookies, connection.url),
    }
  }

  async function signInWithPassword(user: SeededUser, email: string, password: string): Promise<SignedIn> {
    const code = user.totpSecret === null ? undefined : await codeOf(user.totpSecret)
    const { response, tokens, cookies } = await attempt(adapter.signIn({ email, password }, code))
    if (tokens) return { tokens, cookies }
    throw new UserError(
      `${user.name} cannot sign in: ${await describe(response)}. About this user: ${user.note}`,
    )
  }

  const codeOf = async (secret: string) =>
    new TOTP({ secret }).generate({ timestamp: (await clock.now()).getTime() })

  async function signInOther(person: Person): Promise<SignedIn> {
    const first = await attempt(adapter.signIn(person))
    if (first.tokens) return { ...first, tokens: first.tokens }
    const created = await attempt(adapter.signUp(person))
    if (created.tokens) return { ...created, tokens: created.tokens }
    if (!created.response.ok)
      throw new UserError(
        `${person.email} can neither sign in (${await describe(first.response)}) nor sign up (${await describe(created.response)}).`,
      )
    if (adapter.verify) {
      const { tokens: mailed } = await inbox.latest(person.email, { kind: 'verifyEmail' })
      await attempt(adapter.verify(mailed[0] ?? ''))
    }
    const { response, tokens, cookies } = await attempt(adapter.signIn(person))
    if (tokens) return { tokens, cookies }
    const hint = response.ok ? ' tokensIn of the adapter finds no token in it.' : ''
    throw new UserError(
      `${person.email} cannot sign in after the sign-up: ${await describe(response)}.${hint}`,
    )
  }

  return async (who = {}) => {
    const request: PersonRequest =
      typeof who === 'string' ? { [who.includes('@') ? 'email' : 'name']: who } : who
    const wanted = typeof who === 'string' ? who : who.email
    const seeded = wanted === undefined ? undefined : findSeededUser(connection.seed.users, wanted)
    const email = seeded?.email ?? request.email ?? newEmail()
    const name = seeded?.name ?? request.name ?? 'Test User'
    const password = request.password ?? (seeded ? seeded.password : defaultPassword)
    const open = () => {
      if (!seeded) return signInOther({ email, name, password: password ?? defaultPassword })
      return request.password === undefined
        ? signInSeeded(seeded)
        : signInWithPassword(seeded, email, request.password)
    }
    return { user: { email, name, password }, ...toSession(parts, await open()) }
  }
}

function toSession({ connection, webUrl, localStorage }: SignInParts, { tokens, cookies }: SignedIn) {
  const items = Object.entries(localStorage(tokens)).map(([name, value]) => ({ name, value }))
  return {
    tokens,
    headers: { ...connection.headers, authorization: `Bearer ${tokens.accessToken}` },
    storageState: {
      cookies,
      origins: [{ origin: new URL(webUrl).origin, localStorage: items }],
    },
  }
}

/** Returns the status and the body of a response for a message. */
async function describe(response: Response): Promise<string> {
  const text = await response.clone().text()
  return `${response.status} ${text.slice(0, 300)}`.trim()
}
