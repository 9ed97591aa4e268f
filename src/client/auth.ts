import { type Lock, localLock } from './lock.ts'
import { matcher, pathBelow } from './paths.ts'
import { repeater } from './request.ts'
import type { TokenStore, Tokens } from './tokens.ts'

export type Fetch = (request: Request, init?: RequestInit) => Response | Promise<Response>

/** How one API uses tokens. Paths are the contract's templates. */
export interface AuthRules<Path> {
  /** Paths that require the token. */
  bearer: readonly Path[]
  /** Paths that return the tokens of a new session. */
  signIn: readonly Path[]
  /** The path that returns the next tokens of the same session. */
  refresh?: Path
  /** Paths that end the session. */
  signOut: readonly Path[]
  /** The body of a sign-out if the caller gives none. */
  signOutBody?(tokens: Tokens): object
  /** Finds the tokens in the response body of `signIn` and `refresh`. */
  readTokens(body: object): Partial<Tokens>
  /** Tells whether a 401 means an expired or unknown token, and not a wrong current password, for example. */
  isExpired(error: object): boolean
  /** Tells whether the error of a renewal means that the session has ended. */
  isOver(error: object, status: number): boolean
}

/** The result of a renewal: `over` if the API has ended the session; `failed` says nothing about the session. */
export type Renewal = { tokens: Tokens } | { over: true } | { failed: () => Response }

export interface Auth<Path> {
  baseUrl: string
  store: TokenStore
  rules: AuthRules<Path>
  renew: (tokens: Tokens) => Promise<Renewal>
  lock: Lock
  onSignedOut: () => void
}

/**
 * Wraps `fetch` so that it sends the stored token where the contract requires it, stores the tokens of responses, and
 * renews an expired session once for all calls that need it (single-flight).
 * @returns the wrapped `fetch`, and the token store for other uses
 */
export function withAuth<Path extends string>(fetch: Fetch, auth: Auth<Path>) {
  const { store, rules } = auth
  const pathOf = pathBelow(auth.baseUrl)
  const isBearer = matcher(rules.bearer)
  const isSignIn = matcher(rules.signIn)
  const isSignOut = matcher(rules.signOut)

  // Makes each read-modify-write of the store atomic: a refresh that ends after a sign-out must not restore the session.
  const exclusively = localLock()
  const renewals = new Map<string, Promise<Renewal>>()

  const renewOnce = (stale: Tokens): Promise<Renewal> => {
    const running = renewals.get(stale.accessToken)
    if (running) return running
    const renewal = auth.lock(() => renew(stale)).finally(() => renewals.delete(stale.accessToken))
    renewals.set(stale.accessToken, renewal)
    return renewal
  }

  const renew = async (stale: Tokens): Promise<Renewal> => {
    // Another call or tab was faster, or the user has signed out.
    const current = await store.get()
    if (current?.accessToken !== stale.accessToken) return current ? { tokens: current } : { over: true }

    const renewal = await auth.renew(current)
    return exclusively(async () => {
      const latest = await store.get()
      if (latest?.accessToken !== stale.accessToken) return latest ? { tokens: latest } : { over: true }
      if ('over' in renewal) {
        await store.clear()
        auth.onSignedOut()
      }
      if (!('tokens' in renewal)) return renewal
      const tokens = sameSession(renewal.tokens, stale)
      await store.set(tokens)
      return { tokens }
    })
  }

  const keepTokens = async (path: string, response: Response) => {
    const tokens = rules.readTokens((await readJson(response)) ?? {})
    const { accessToken } = tokens
    if (typeof accessToken !== 'string') return
    await exclusively(async () => {
      const current = path === rules.refresh ? await store.get() : undefined
      await store.set(
        current ? sameSession({ ...tokens, accessToken }, current) : newSession({ ...tokens, accessToken }),
      )
    })
  }

  const endSession = (ended: Tokens) =>
    exclusively(async () => {
      // A newer session stays.
      const current = await store.get()
      if (current?.session === ended.session) await store.clear()
    })

  const sendWith = async (tokens: Tokens, path: string, request: Request, init?: RequestInit) => {
    request.headers.set('Authorization', `Bearer ${tokens.accessToken}`)
    const response = await fetch(withSignOutBody(tokens, path, request), init)
    if (response.ok && isSignOut(path)) await endSession(tokens)
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
      if (response.ok) await keepTokens(path, response)
      return response
    }

    const tokens = isBearer(path) && !request.headers.has('Authorization') ? await store.get() : undefined
    if (!tokens) return fetch(request, init)

    const repeat = repeater(request)
    const response = await sendWith(tokens, path, request, init)
    if (response.status !== 401 || !rules.isExpired((await readJson(response)) ?? {})) return response

    // Do not ask for a new sign-in only to sign out.
    if (isSignOut(path) && !rules.refresh) {
      await endSession(tokens)
      return response
    }

    const renewal = await untilAborted(renewOnce(tokens), request.signal)
    if ('failed' in renewal) return renewal.failed()
    // Never repeat a call for a user who has signed in since.
    if ('over' in renewal || renewal.tokens.session !== tokens.session) return response
    await response.body?.cancel()
    return sendWith(renewal.tokens, path, repeat(), init)
  }

  const tokens: TokenStore = {
    get: () => store.get(),
    set: (next) => exclusively(async () => store.set(next.session ? next : newSession(next))),
    clear: () => exclusively(async () => store.clear()),
  }

  return { fetch: authFetch, tokens }
}

const newSession = (tokens: Tokens): Tokens => ({ ...tokens, session: Math.random().toString(36).slice(2) })

function sameSession({ session: _, ...tokens }: Tokens, { session }: Tokens): Tokens {
  return session === undefined ? tokens : { ...tokens, session }
}

/** The JSON object in the body of a response, whose body stays readable; undefined if there is none. */
async function readJson(response: Response): Promise<object | undefined> {
  try {
    const body: unknown = await response.clone().json()
    // Not by `instanceof`: in Jest, what `fetch` parses has the constructors of another realm.
    return typeof body === 'object' && body !== null ? body : undefined
  } catch {
    return undefined
  }
}

/** Waits until the promise settles or the signal aborts; the work behind the promise goes on for other callers. */
function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const settled = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    // A signal can outlive many calls, so its listener goes as soon as this one has settled.
    signal.addEventListener('abort', () => reject(signal.reason), { signal: settled.signal })
  })
  return Promise.race([promise, aborted]).finally(() => settled.abort())
}
