import { TOTP } from 'otpauth'
import type { SeededUser } from '../../generated/_dev/types.ts'
import type { Tokens } from '../client/index.ts'
import { UserError } from '../common/user-error.ts'
import type { JsonRequest, Person, TestAdapter } from './adapters/adapter.ts'
import type { TestClock } from './clock.ts'
import { type Connection, send } from './connection.ts'
import type { TestInbox } from './inbox.ts'
import type { TestOAuth } from './oauth.ts'
import { findSeededUser, newEmail, type PersonRequest } from './people.ts'
import { readResponse } from './response.ts'
import { readCookies, type StorageState } from './storage-state.ts'

/** A signed-in user. */
export interface TestSession {
  /** The password is null for a user who signs in with a provider. */
  user: Omit<Person, 'password'> & { password: string | null }
  tokens: Tokens
  /** Headers of signed-in requests: the access token, and an API key if the API needs one. */
  headers: Record<string, string>
  /** For `storageState` of Playwright: the cookies of the API, and the tokens in `localStorage`. */
  storageState: StorageState
}

/**
 * Signs a user in.
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
  oauth: TestOAuth
  /** The frontend, whose origin owns the `localStorage`. */
  webUrl: string
  /** Returns the items of the `localStorage` of a signed-in frontend. */
  localStorage: (tokens: Tokens) => Record<string, string>
}

/** The tokens, and the response that contains them. */
interface SignedIn {
  response: Response
  tokens: Tokens
}

/** The password of created users. Accepted by the rules of all APIs. */
const defaultPassword = 'Violet-kettle-on-9-clouds'

export function createSignIn(parts: SignInParts): SignIn {
  const { connection, adapter, inbox, clock, oauth } = parts

  /** Sends a request whose response has tokens if it succeeds. */
  async function attempt(
    request: JsonRequest,
  ): Promise<SignedIn | { response: Response; tokens: undefined }> {
    const response = await send(connection, request)
    return { response, tokens: response.ok ? adapter.tokensIn(await readResponse(response)) : undefined }
  }

  async function signInSeeded(user: SeededUser, email: string, password: string | null): Promise<SignedIn> {
    if (password === null) return signInWithProvider(user, email)
    const code = user.totpSecret === null ? undefined : await codeOf(user.totpSecret)
    const { response, tokens } = await attempt(adapter.signIn({ email, password }, code))
    if (tokens) return { response, tokens }
    throw new UserError(
      `${user.name} cannot sign in: ${await describe(response)}. About this user: ${user.note}`,
    )
  }

  const codeOf = async (secret: string) =>
    new TOTP({ secret }).generate({ timestamp: (await clock.now()).getTime() })

  async function signInWithProvider({ name, note }: SeededUser, email: string): Promise<SignedIn> {
    for (const provider of adapter.oauth?.providers ?? []) {
      const { response, tokens } = await oauth.approve(provider, { account: email })
      if (response && tokens) return { response, tokens }
    }
    throw new UserError(
      `${name} has no password, and no provider signs the user in. About this user: ${note}`,
    )
  }

  async function signInOther(person: Person): Promise<SignedIn> {
    const first = await attempt(adapter.signIn(person))
    if (first.tokens) return first
    const created = await attempt(adapter.signUp(person))
    if (created.tokens) return created
    if (!created.response.ok || !adapter.verify)
      throw new UserError(
        `${person.email} can neither sign in (${await describe(first.response)}) nor sign up (${await describe(created.response)}).`,
      )
    const {
      tokens: [token = ''],
    } = await inbox.latest(person.email, { kind: 'verifyEmail' })
    await attempt(adapter.verify(token))
    const { response, tokens } = await attempt(adapter.signIn(person))
    if (tokens) return { response, tokens }
    throw new UserError(`${person.email} cannot sign in after the sign-up: ${await describe(response)}.`)
  }

  return async (who = {}) => {
    const request: PersonRequest =
      typeof who === 'string' ? { [who.includes('@') ? 'email' : 'name']: who } : who
    const wanted = typeof who === 'string' ? who : who.email
    const seeded = wanted === undefined ? undefined : findSeededUser(connection.seed.users, wanted)
    const email = seeded?.email ?? request.email ?? newEmail()
    const name = seeded?.name ?? request.name ?? 'Test User'
    const password = request.password ?? (seeded ? seeded.password : defaultPassword)
    const signedIn = seeded
      ? await signInSeeded(seeded, email, password)
      : await signInOther({ email, name, password: password ?? defaultPassword })
    return { user: { email, name, password }, ...toSession(parts, signedIn) }
  }
}

function toSession({ connection, webUrl, localStorage }: SignInParts, { response, tokens }: SignedIn) {
  const items = Object.entries(localStorage(tokens)).map(([name, value]) => ({ name, value }))
  return {
    tokens,
    headers: { ...connection.headers, authorization: `Bearer ${tokens.accessToken}` },
    storageState: {
      cookies: readCookies(response),
      origins: [{ origin: new URL(webUrl).origin, localStorage: items }],
    },
  }
}

/** Returns the status and the body of a response for a message. */
async function describe(response: Response): Promise<string> {
  const text = await response.clone().text()
  return `${response.status} ${text.slice(0, 300)}`.trim()
}
