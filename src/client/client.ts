import createClient, { type Client, type ClientOptions } from 'openapi-fetch'
import { type AuthRules, type Fetch, withAuth } from './auth.ts'
import type { Lock } from './lock.ts'
import { safePathSerializer } from './paths.ts'
import { withoutRedirects } from './redirects.ts'
import type { RenewalResult } from './renewal.ts'
import { globalFetch, ReusableRequest } from './request.ts'
import { memoryTokens, type TokenStore, type Tokens } from './tokens.ts'

/** The options of every client. Those of openapi-fetch (`headers`, `credentials`, ...) work as well. */
export interface ConnectionOptions extends Omit<ClientOptions, 'baseUrl' | 'fetch' | 'redirect' | 'Request'> {
  /** The URL of the API, such as `https://api.example.com` or `http://localhost:4000/mock/example`. */
  baseUrl: string
  /** Sends each request; `globalThis.fetch` by default. */
  fetch?: Fetch
}

/** The options of a client that keeps a session. */
export interface SessionOptions {
  /** Stores the tokens; in memory by default. */
  tokens?: TokenStore
  /** Held during a refresh. Use `webLock(name)` if tabs share a token store. */
  lock?: Lock
  /** Called when the API has ended the session, but not after a sign-out of the app. */
  onSignedOut?: () => void
}

/** An openapi-fetch client with the token store of its session. */
export type AuthClient<Paths extends object> = Client<Paths> & { tokens: TokenStore }

/**
 * Creates a client from the rules of its API.
 * @param options.Request creates requests, without following redirects
 * @param createRenew receives a client without token handling, and returns a function that renews a session
 */
export function createClientOf<Paths extends object>(
  {
    baseUrl,
    fetch,
    tokens,
    lock,
    onSignedOut,
    Request: create,
    ...rest
  }: ConnectionOptions & SessionOptions & { Request?: typeof ReusableRequest },
  rules: AuthRules<keyof Paths & string>,
  createRenew: (plainClient: Client<Paths>) => (tokens: Tokens) => Promise<RenewalResult>,
): AuthClient<Paths> {
  const send = withoutRedirects(fetch ?? globalFetch, baseUrl, rules.redirects)
  const connection = {
    ...rest,
    baseUrl,
    Request: (create ?? ReusableRequest) as unknown as typeof Request,
    pathSerializer: safePathSerializer(rest.pathSerializer),
  }
  const plainClient = createClient<Paths>({
    ...connection,
    fetch: async (...args: Parameters<Fetch>) => send(...args),
  })
  const auth = withAuth(send, {
    baseUrl,
    rules,
    store: tokens ?? memoryTokens(),
    renew: createRenew(plainClient),
    lock: lock ?? ((task) => task()),
    onSignedOut: onSignedOut ?? (() => {}),
  })
  return Object.assign(createClient<Paths>({ ...connection, fetch: auth.fetch }), { tokens: auth.tokens })
}
