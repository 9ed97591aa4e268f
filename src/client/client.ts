import createClient, { type Client, type ClientOptions } from 'openapi-fetch'
import { type AuthRules, type Fetch, type Renewal, withAuth } from './auth.ts'
import type { Lock } from './lock.ts'
import { globalFetch, ReusableRequest } from './request.ts'
import { memoryTokens, type TokenStore, type Tokens } from './tokens.ts'

/** Options of every client, in addition to those of openapi-fetch (`headers`, `credentials`, ...). */
export interface ConnectionOptions extends Omit<ClientOptions, 'baseUrl' | 'fetch' | 'Request'> {
  /** URL of the API: a host, or a prefix such as `http://localhost:4000/mock/example`. */
  baseUrl: string
  /** Sends each request; `globalThis.fetch` by default. */
  fetch?: Fetch
}

/** Options of a client that keeps a session. */
export interface SessionOptions {
  /** The token store; in memory by default. */
  tokens?: TokenStore
  /** Held while a session is renewed: use `webLock(name)` if tabs share a token store. */
  lock?: Lock
  /** Called when the API ends a session that the app has not ended itself. */
  onSignedOut?: () => void
}

/** The client of openapi-fetch, and the tokens of its session. */
export type AuthClient<Paths extends object> = Client<Paths> & { tokens: TokenStore }

/**
 * Makes the client of one API.
 * @param renewWith given a client without token handling, returns a function that renews a session
 */
export function createAuthClient<Paths extends object>(
  { baseUrl, fetch, tokens = memoryTokens(), lock, onSignedOut, ...rest }: ConnectionOptions & SessionOptions,
  rules: AuthRules<keyof Paths & string>,
  renewWith: (bare: Client<Paths>) => (tokens: Tokens) => Promise<Renewal>,
): AuthClient<Paths> {
  const send = fetch ?? globalFetch
  const connection = { ...rest, baseUrl, Request: ReusableRequest }
  const bare = createClient<Paths>({
    ...connection,
    fetch: async (...args: Parameters<Fetch>) => send(...args),
  })
  const auth = withAuth(send, {
    baseUrl,
    rules,
    store: tokens,
    renew: renewWith(bare),
    lock: lock ?? ((task) => task()),
    onSignedOut: onSignedOut ?? (() => {}),
  })
  return Object.assign(createClient<Paths>({ ...connection, fetch: auth.fetch }), { tokens: auth.tokens })
}

interface Result {
  data?: object
  error?: unknown
  response: Response
}

/**
 * Interprets the result of the call that renews a session.
 * @throws {Error} if it succeeded without tokens
 */
export function renewalFrom(
  rules: Pick<AuthRules<string>, 'readTokens' | 'isOver'>,
  { data, error, response }: Result,
): Renewal {
  if (data) {
    const { accessToken, ...others } = rules.readTokens(data)
    if (!accessToken) throw new Error(`The session was renewed with ${response.status}, but without tokens`)
    return { tokens: { ...others, accessToken } }
  }
  if (typeof error === 'object' && error !== null && rules.isOver(error, response.status))
    return { over: true }
  const text = typeof error === 'string' ? error : JSON.stringify(error)
  return { failed: () => new Response(text, response) }
}
