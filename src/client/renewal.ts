import type { Lock } from './lock.ts'
import { abortable, withTimeLimit } from './time-limit.ts'
import type { TokenStore, Tokens } from './tokens.ts'

/** A response, such as 503, that says nothing about the session. */
export interface FailedRenewal {
  failure: () => Response
  /** When the API accepts another attempt, in milliseconds of `performance.now()`. */
  retryAt: number
}

/** The result of renewing a session. */
export type RenewalResult = { tokens: Tokens } | { sessionEnded: true } | FailedRenewal

export interface RenewalOptions {
  store: TokenStore
  /** Makes each read-modify-write of the store atomic. */
  withStoreLock: Lock
  /** Held by one tab during a renewal. */
  lock: Lock
  renew: (tokens: Tokens) => Promise<RenewalResult>
  onSignedOut: () => void
}

/**
 * Creates a function that renews a session once for all concurrent calls (single-flight). A call stops
 * waiting when its signal aborts or the time limit has passed. The renewal then continues, and stores its
 * tokens.
 */
export function createRenewer({ store, withStoreLock, lock, renew, onSignedOut }: RenewalOptions) {
  const renewals = new Map<string, Promise<RenewalResult>>()
  let failed: (FailedRenewal & { accessToken: string }) | undefined

  const renewStored = async (stale: Tokens): Promise<RenewalResult> => {
    const { accessToken } = stale
    // Another call or tab has renewed the session, or the user has signed out.
    const current = await store.get()
    if (current?.accessToken !== accessToken) return current ? { tokens: current } : { sessionEnded: true }
    if (failed?.accessToken === accessToken && performance.now() < failed.retryAt) return failed

    const renewal = await renew(current)
    return withStoreLock(async () => {
      const latest = await store.get()
      if (latest?.accessToken !== accessToken) return latest ? { tokens: latest } : { sessionEnded: true }
      if ('failure' in renewal) failed = { ...renewal, accessToken }
      if ('sessionEnded' in renewal) {
        await store.clear()
        onSignedOut()
      }
      if (!('tokens' in renewal)) return renewal
      const tokens = continueSession(renewal.tokens, stale)
      await store.set(tokens)
      return { tokens }
    })
  }

  const start = (stale: Tokens) =>
    new Promise<RenewalResult>((resolve, reject) => {
      // Releases the lock at the time limit: `onExpired` may wait for the user, and other tabs wait for the lock.
      lock(async () => {
        const renewal = renewStored(stale)
        resolve(renewal)
        await withTimeLimit(() => renewal).catch(() => {})
      }).catch(reject)
    }).finally(() => renewals.delete(stale.accessToken))

  return (stale: Tokens, signal: AbortSignal): Promise<RenewalResult> => {
    const renewal = renewals.get(stale.accessToken) ?? start(stale)
    renewals.set(stale.accessToken, renewal)
    return withTimeLimit(() => abortable(renewal, signal))
  }
}

/**
 * Adds the id of the session to its new tokens, and the refresh token if it stays the same (RFC 6749, section
 * 6).
 */
export function continueSession(
  { session: _, ...tokens }: Tokens,
  { session, refreshToken }: Tokens,
): Tokens {
  return {
    ...tokens,
    ...(tokens.refreshToken === undefined && refreshToken !== undefined && { refreshToken }),
    ...(session !== undefined && { session }),
  }
}
