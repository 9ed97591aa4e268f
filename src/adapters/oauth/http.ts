import { AuthError } from '../../core/errors.ts'
import type { Fetch } from './settings.ts'

const maxBytes = 256 * 1024

/**
 * Runs one conversation with a provider against the clock (ASVS 15.3.2).
 * @param fetch is handed on as one that follows no redirect, reads no more than 256 KiB, and ends with the conversation
 * @throws {AuthError} `oauthFailed` once the time is over; whatever `talk` throws before
 */
export async function withTimeout<T>(
  fetch: Fetch,
  timeoutMs: number,
  talk: (fetch: Fetch) => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(new AuthError('oauthFailed', { reason: 'timeout' })), timeoutMs)
  try {
    // A fetch is not obliged to heed the signal, so the clock is raced as well.
    return await Promise.race([talk(limitFetch(fetch, over.signal)), rejection(over.signal)])
  } finally {
    clearTimeout(timer)
    over.abort()
  }
}

function rejection(signal: AbortSignal) {
  return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}

export function limitFetch(fetch: Fetch, until: AbortSignal): Fetch {
  return async (url, init) => {
    const signal = init?.signal ? AbortSignal.any([init.signal, until]) : until
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
  // Leaving the loop cancels the stream, and with it the connection.
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > maxBytes) throw new AuthError('oauthFailed', { reason: 'tooLarge' })
    chunks.push(chunk)
  }
  return new Blob(chunks)
}

/**
 * Reads a protected resource as a JSON value.
 * @throws {AuthError} `oauthProfileUnreadable`
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
    // Whatever went wrong on the way, there is no profile.
  }
  throw new AuthError('oauthProfileUnreadable', { reason: new URL(url).pathname })
}
