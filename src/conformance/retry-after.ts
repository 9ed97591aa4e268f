import { setTimeout as sleep } from 'node:timers/promises'
import type { Exchange } from './exchange.ts'
import { NotExercisedError, type TestCase } from './test-case.ts'

/** How the reason of a rate-limited test begins. */
export const rateLimited = 'The server is limiting the rate'

/** A longer wait is not worth a test. */
const maxWaitSeconds = 60

/** All waits of a run may take so long together. They overlap, because several tests run at once. */
export const maxWaitsPerRun = 600

/**
 * Repeats a rate-limited request after the time that the server asks for. Tests of rate limits get the 429.
 * @param waits the seconds that the run has waited so far, which it increases
 * @param onWait called before the wait
 * @throws {NotExercisedError} if the wait is too long, or the server is still limiting after it
 */
export async function sleepUntilRetry(
  send: () => Promise<Exchange>,
  { expectsRateLimit = false }: Pick<TestCase, 'expectsRateLimit'>,
  waits: { seconds: number },
  onWait: (seconds: number) => void = () => {},
): Promise<Exchange> {
  const exchange = await send()
  if (exchange.response.status !== 429 || expectsRateLimit) return exchange
  const seconds = retryAfterSeconds(exchange.response.headers.get('retry-after')) ?? 1
  if (seconds > maxWaitSeconds) throw new NotExercisedError(`${rateLimited} for ${seconds} s.`)
  if (waits.seconds + seconds > maxWaitsPerRun)
    throw new NotExercisedError(`${rateLimited}, and the run has waited long enough.`)
  waits.seconds += seconds
  onWait(seconds)
  await sleep(seconds * 1000)
  const second = await send()
  if (second.response.status === 429) throw new NotExercisedError(`${rateLimited}.`)
  return second
}

/** Reads the header as seconds or as a date (RFC 9110, §10.2.3). */
function retryAfterSeconds(text: string | null): number | undefined {
  if (text === null) return undefined
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return Number.isNaN(seconds) ? undefined : Math.max(0, Math.ceil(seconds))
}
