import { describe, expect, it } from 'vitest'
import { maxWaitsPerRun, sleepUntilRetry } from '../../src/conformance/retry-after.ts'
import { NotExercisedError } from '../../src/conformance/test-case.ts'

/** Returns a server that limits the first requests. */
function limitedServer(limited: number, retryAfter: string) {
  let requests = 0
  return async () => {
    requests += 1
    const status = requests > limited ? 200 : 429
    return {
      request: { method: 'GET', url: 'http://localhost/', headers: [], body: undefined },
      response: { status, headers: new Headers({ 'retry-after': retryAfter }), text: '', body: undefined },
      durationMs: 0,
      startedAt: 0,
    }
  }
}

describe('sleepUntilRetry', () => {
  it('repeats a rate-limited request, and counts the wait', async () => {
    const waits = { seconds: 5 }
    const { response } = await sleepUntilRetry(limitedServer(1, '1'), {}, waits)
    expect(response.status).toBe(200)
    expect(waits.seconds).toBe(6)
  })

  it('gives up when the server is still limiting, or asks for a long wait', async () => {
    const again = sleepUntilRetry(limitedServer(2, '0'), {}, { seconds: 0 })
    await expect(again).rejects.toThrow(NotExercisedError)
    const long = sleepUntilRetry(limitedServer(1, '61'), {}, { seconds: 0 })
    await expect(long).rejects.toThrow('The server is limiting the rate for 61 s.')
  })

  it('gives up without a wait after the run has waited long enough', async () => {
    const waits = { seconds: maxWaitsPerRun - 5 }
    const onWait = () => expect.fail('waited')
    const limited = sleepUntilRetry(limitedServer(1, '30'), {}, waits, onWait)
    await expect(limited).rejects.toThrow('the run has waited long enough')
    expect(waits.seconds).toBe(maxWaitsPerRun - 5)
  })

  it('returns the 429 to a test that expects it', async () => {
    const test = { expectsRateLimit: true }
    const { response } = await sleepUntilRetry(limitedServer(1, '30'), test, { seconds: 0 })
    expect(response.status).toBe(429)
  })
})
