import { type Lock, localLock } from './lock.ts'
import { createPathMatcher, createPathReader } from './paths.ts'
import { continueSession, createRenewer, type RenewalResult } from './renewal.ts'
import { prepareRetry } from './request.ts'
import type { TokenStore, Tokens } from './tokens.ts'

export type Fetch = (request: Request, init?: RequestInit) => Response | Promise<Response>

/** Describes how one API uses tokens. Paths are the contract's templates. */
export interface AuthRules<Path> {
  /** Paths that require the access token. By default all except `signIn` and `refresh`. */
  bearer?: readonly Path[]
  /** Paths that return the tokens of a new session. */
  signIn: readonly Path[]
  /** The path that refreshes the tokens of a session. */
  refresh?: Path
  /** Paths that end the session. */
  signOut: readonly Path[]
  /** Creates the body of a sign-out if the caller passes none. */
  signOutBody?(tokens: Tokens): object
  /** Paths that respond with a redirect according to the contract. */
  redirects: readonly Path[]
  /** Reads the tokens from a response body of `signIn` or `refresh`. */
  readTokens(body: object): Partial<Tokens>
  /**
   * Tells whether a 401 is about the token, and not about a wrong current password, for example.
   * @param challenge the `WWW-Authenticate` header
   */
  isExpired(error: object, challenge: string | null): boolean
  /** Tells whether an error of the refresh or sign-in means that the session has ended. */
  isSessionEnded(error: object, status: number): boolean
  /** Tells whether an error of any other call means that the account was deleted or deactivated. */
  isAccountGone?(error: object): boolean
}

export interface AuthOptions<Path> {
  baseUrl: string
  store: TokenStore
  rules: AuthRules<Path>
  renew: (tokens: Tokens) => Promise<RenewalResult>
  lock: Lock
  onSignedOut: () => void
}

/**
 * Wraps `fetch`: sends the stored token to operations that require it, stores the tokens of responses, and
 * renews an expired session.
 * @returns the wrapped `fetch`, and a token store whose writes cannot race with a renewal
 */
export function withAuth<Path extends string>(fetch: Fetch, auth: AuthOptions<Path>) {
  const { store, rules } = auth
  const pathOf = createPathReader(auth.baseUrl)
  const isBearer = rules.bearer ? createPathMatcher(rules.bearer) : () => true
  const isSignIn = createPathMatcher(rules.signIn)
  const isSignOut = createPathMatcher(rules.signOut)

  // A refresh that ends after a sign-out must not restore the session.
  const withStoreLock = localLock()
  const renew = createRenewer({ ...auth, withStoreLock })

  const storeTokens = async (path: string, response: Response) => {
    const tokens = rules.readTokens((await readJson(response)) ?? {})
    const { accessToken } = tokens
    if (typeof accessToken !== 'string') return
    await withStoreLock(async () => {
      // An OAuth 2 token endpoint is both: it starts a session or refreshes one.
      const current = path === rules.refresh && !isSignIn(path) ? await store.get() : undefined
      await store.set(
        current
          ? continueSession({ ...tokens, accessToken }, current)
          : startSession({ ...tokens, accessToken }),
      )
    })
  }

  const endSession = (ended: Tokens, onEnded = () => {}) =>
    withStoreLock(async () => {
      // A newer session is kept.
      const current = await store.get()
      if (!current || current.session !== ended.session) return
      await store.clear()
      onEnded()
    })

  const sendWithToken = async (tokens: Tokens, path: string, request: Request, init?: RequestInit) => {
    request.headers.set('Authorization', `Bearer ${tokens.accessToken}`)
    const response = await fetch(withSignOutBody(tokens, path, request), init)
    if (response.ok) {
      if (isSignOut(path)) await endSession(tokens)
    } else if (rules.isAccountGone?.((await readJson(response)) ?? {})) {
      await endSession(tokens, auth.onSignedOut)
    }
    return response
  }

  const withSignOutBody = (tokens: Tokens, path: string, request: Request) => {
    if (!rules.signOutBody || !isSignOut(path) || request.headers.has('Content-Type')) return request
    const headers = new Headers(request.headers)
    headers.set('Content-Type', 'application/json')
    return new Request(request, { headers, body: JSON.stringify(rules.signOutBody(tokens)) })
  }

  const authFetch = async (request: Request, init?: RequestInit): Promise<Response> => {
    const path = pathOf(request.url)
    if (path === undefined) return fetch(request, init)

    if (path === rules.refresh || isSignIn(path)) {
      const response = await fetch(request, init)
      if (response.ok) await storeTokens(path, response)
      return response
    }

    const tokens = isBearer(path) && !request.headers.has('Authorization') ? await store.get() : undefined
    if (!tokens) return fetch(request, init)

    const createRetry = prepareRetry(request)
    const response = await sendWithToken(tokens, path, request, init)
    if (response.status !== 401) return response
    const challenge = response.headers.get('WWW-Authenticate')
    if (!rules.isExpired((await readJson(response)) ?? {}, challenge)) return response

    // Do not sign in again only to sign out.
    if (isSignOut(path) && !rules.refresh) {
      await endSession(tokens)
      return response
    }

    const renewal = await renew(tokens, request.signal)
    if ('failure' in renewal) return renewal.failure()
    // Never repeat a call in the session of another user.
    if ('sessionEnded' in renewal || renewal.tokens.session !== tokens.session) return response
    await response.body?.cancel()
    return sendWithToken(renewal.tokens, path, createRetry(), init)
  }

  const tokens: TokenStore = {
    get: () => store.get(),
    set: (next) => withStoreLock(async () => store.set(next.session ? next : startSession(next))),
    clear: () => withStoreLock(async () => store.clear()),
  }

  return { fetch: authFetch, tokens }
}

const startSession = (tokens: Tokens): Tokens => ({ ...tokens, session: Math.random().toString(36).slice(2) })

/** Reads the JSON object in a response without consuming the body. Returns undefined for any other body. */
async function readJson(response: Response): Promise<object | undefined> {
  try {
    const body: unknown = await response.clone().json()
    // Not `instanceof Object`: in Jest, objects that `fetch` parses belong to another realm.
    return typeof body === 'object' && body !== null ? body : undefined
  } catch {
    return undefined
  }
}
