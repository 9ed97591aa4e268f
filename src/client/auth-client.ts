import { checkOptions } from './check-options.ts'
import { type AuthClient, type ConnectionOptions, createClientOf, type SessionOptions } from './client.ts'
import { type ApiKey, type CsrfCookie, requestClass, withCredentials } from './credentials.ts'
import { createRefresh } from './refresh.ts'
import { completeRules, type SessionRules } from './session-rules.ts'
import type { Tokens } from './tokens.ts'

/**
 * The options of a client for your own API. Those of openapi-fetch (`headers`, `credentials`, ...) work as
 * well.
 */
export type AuthClientOptions<Path extends string> = ConnectionOptions & {
  /**
   * A key that every call sends, or several. Keep a secret key, such as that of the backend API of Clerk or
   * WorkOS, on a server.
   * @example
   * ```ts
   * const acme = createAuthClient<paths>({
   *   baseUrl: 'https://api.example.com/v1',
   *   apiKey: { header: 'Authorization', value: `Bearer ${secretKey}` },
   * })
   * ```
   */
  apiKey?: ApiKey | readonly ApiKey[]
  /**
   * For a session in a cookie, as in Ory Kratos: repeats the value of another cookie in a header of calls
   * that change something. Only a page can read this cookie, and only if it belongs to the domain of the
   * page.
   * @example
   * ```ts
   * const acme = createAuthClient<paths>({
   *   baseUrl: 'https://id.example.com',
   *   credentials: 'include',
   *   csrf: { cookie: 'csrf_token', header: 'X-CSRF-Token' },
   * })
   * ```
   */
  csrf?: CsrfCookie
  /** Paths that respond with a redirect according to the contract. */
  redirects?: readonly Path[]
} & (
    | { session?: never; tokens?: never; lock?: never; onSignedOut?: never; onExpired?: never }
    | (SessionOptions & {
        /** How the API uses tokens. Without it, the client handles none. */
        session: SessionRules<Path>
        /**
         * Called when the session has expired, if no request refreshes it. Returns new tokens, or undefined
         * to end the session. Calls wait at most 10 seconds for it. It must not call operations that need the
         * session, because they wait for it.
         * @example
         * ```ts
         * const acme = createAuthClient<paths>({
         *   baseUrl: 'https://api.example.com',
         *   session: {},
         *   onExpired: async () => ({ accessToken: await clerk.session.getToken() }),
         * })
         * await acme.tokens.set({ accessToken: await clerk.session.getToken() })
         * ```
         */
        onExpired?: () => Tokens | undefined | Promise<Tokens | undefined>
      })
  )

/**
 * Creates a client of any API from the types of its contract, which `auth-contracts generate` writes. It
 * sends an API key, or stores, sends and refreshes the tokens of a session, but only to `baseUrl`.
 * @typeParam Paths the type `paths` of the contract
 * @throws {TypeError} if options are missing or contradict each other
 * @example
 * ```ts
 * import { createAuthClient } from 'auth-contracts/client'
 * import type { paths } from './generated/acme/types.ts'
 *
 * const acme = createAuthClient<paths>({
 *   baseUrl: 'https://api.example.com',
 *   session: {
 *     signIn: ['/login'],
 *     signOut: ['/logout'],
 *     readTokens: { accessToken: 'token', refreshToken: 'refreshToken' },
 *     refresh: { path: '/refresh', json: ({ refreshToken }) => ({ refreshToken }) },
 *   },
 * })
 * ```
 */
export function createAuthClient<Paths extends object>(
  options: AuthClientOptions<keyof Paths & string>,
): AuthClient<Paths> {
  checkOptions(options)
  const { session, onExpired, redirects = [], apiKey, csrf, ...connection } = options
  const rules = session ? completeRules(session, redirects) : { ...withoutSession, redirects }
  return createClientOf<Paths>(
    { ...connection, fetch: withCredentials(options), Request: requestClass(options) },
    rules,
    (plainClient) => {
      if (session?.refresh) return createRefresh(plainClient, session.refresh, rules)
      return async () => {
        const tokens = await onExpired?.()
        return tokens ? { tokens } : { sessionEnded: true }
      }
    },
  )
}

const withoutSession = { ...completeRules<never>({}, []), bearer: [] }
