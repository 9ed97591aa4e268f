import type { AuthRules } from './auth.ts'
import type { RenewalResult } from './renewal.ts'
import { withTimeLimit } from './time-limit.ts'

interface CallResult {
  data?: object
  error?: unknown
  response: Response
}

/** The pause after a 401 that does not end the session, such as for an expired API key. */
const rejectedPause = 60_000

/**
 * Sends a refresh or sign-in with a time limit, and interprets the response.
 * @param send passes the signal to a call of a client without token handling
 * @throws {Error} if a successful response contains no tokens
 * @throws {DOMException} a `TimeoutError` if there is no response within 10 seconds
 */
export async function requestTokens(
  rules: Pick<AuthRules<string>, 'readTokens' | 'isSessionEnded'>,
  send: (signal: AbortSignal) => Promise<CallResult>,
): Promise<RenewalResult> {
  const { data, error, response } = await withTimeLimit(send)
  if (data) {
    const { accessToken, ...others } = rules.readTokens(data)
    if (!accessToken)
      throw new Error(`The ${response.status} response contains no tokens, so the session is not renewed.`)
    return { tokens: { ...others, accessToken } }
  }
  if (typeof error === 'object' && error !== null && rules.isSessionEnded(error, response.status))
    return { sessionEnded: true }
  const text = typeof error === 'string' ? error : JSON.stringify(error)
  const pause = readRetryAfter(response) ?? (response.status === 401 ? rejectedPause : 0)
  return { failure: () => new Response(text, response), retryAt: performance.now() + pause }
}

/** Returns the milliseconds of a `Retry-After` header, which contains seconds or a date. */
function readRetryAfter({ headers }: Response): number | undefined {
  const value = headers.get('Retry-After') ?? ''
  const pause = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(pause) ? undefined : pause
}
