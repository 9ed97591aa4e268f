import { AuthError } from '../../core/errors.ts'
import type { Fetch } from './settings.ts'

const maxBytes = 256 * 1024

/**
 * Runs a series of calls to a provider with a common time limit (ASVS 15.3.2).
 * @param fetch passed to `run` with limits: it follows no redirects, reads at most 256 KiB, and is aborted at
 *   the end
 * @throws {AuthError} `oauthFailed` when the time is up
 */
export async function withTimeout<T>(
  fetch: Fetch,
  timeoutMs: number,
  run: (fetch: Fetch) => Promise<T>,
): Promise<T> {
  const aborter = new AbortController()
  const timer = setTimeout(
    () => aborter.abort(new AuthError('oauthFailed', { reason: 'timeout' })),
    timeoutMs,
  )
  try {
    // A custom `fetch` may ignore the signal, so the result also races against it.
    return await Promise.race([run(limitFetch(fetch, aborter.signal)), rejectOnAbort(aborter.signal)])
  } finally {
    clearTimeout(timer)
    aborter.abort()
  }
}

function rejectOnAbort(signal: AbortSignal) {
  return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}

/** Wraps a `fetch` so that it rejects redirects and large bodies, and ends with the signal. */
export function limitFetch(fetch: Fetch, limit: AbortSignal): Fetch {
  return async (url, init) => {
    const signal = init?.signal ? AbortSignal.any([init.signal, limit]) : limit
    const response = await fetch(url, { ...init, redirect: 'manual', signal })
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      await response.body?.cancel()
      throw new AuthError('oauthFailed', { reason: 'redirect' })
    }
    const body = await readUpTo(maxBytes, response)
    return new Response(body, { status: response.status, headers: response.headers })
  }
}

async function readUpTo(maxBytes: number, response: Response) {
  if (!response.body) return null
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  // Throwing out of the loop cancels the stream and closes the connection.
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > maxBytes) throw new AuthError('oauthFailed', { reason: 'tooLarge' })
    chunks.push(chunk)
  }
  return new Blob(chunks)
}

/**
 * Fetches a protected resource and parses it as JSON.
 * @throws {AuthError} `oauthProfileUnreadable` when that fails for any reason
 */
export async function readJson(
  fetch: Fetch,
  url: string,
  accessToken: string,
  headers = {},
): Promise<unknown> {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...headers, authorization: `Bearer ${accessToken}` },
    })
    if (response.ok) return await response.json()
  } catch {
    // All failures are reported alike, below.
  }
  throw new AuthError('oauthProfileUnreadable', { reason: new URL(url).pathname })
}
