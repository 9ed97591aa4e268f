import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { assertOk, assertReason } from '../../harness/assert.ts'
import type { Grading, Task } from '../../harness/task.ts'

/** Belongs to an account with the free plan. */
const key = 'bcp_9f31c0de0123456789abcdef0123456789abcdef012341ab'

const limit = ({ control }: Grading, max: number, windowSeconds: number) =>
  control('settings', { limits: { freeMinute: { max, windowSeconds } } })

/** Waits for the first 429, at most as long as a call may take. */
async function untilLimited({ exchanges }: Grading) {
  for (let attempt = 0; attempt < 500 && exchanges[0]?.response.status !== 429; attempt++)
    await setTimeout(30)
}

function assertRequests({ exchanges }: Grading, expected: number) {
  const { length } = exchanges
  assert.equal(length, expected, `listModels() sent ${length} requests instead of ${expected}.`)
}

/** Fails if a request follows a 429 sooner than its `Retry-After` permits. */
function assertWaited({ exchanges }: Grading) {
  for (const [index, { response, startedAt, durationMs }] of exchanges.entries()) {
    const next = exchanges[index + 1]
    if (response.status !== 429 || !next) continue
    const seconds = Number(response.headers.get('retry-after'))
    const waited = (next.startedAt - startedAt - durationMs) / 1000
    // Timers can fire a little early.
    assert.ok(waited > seconds - 0.1, `The request was repeated after ${waited} s instead of ${seconds} s.`)
  }
}

export const task: Task = {
  title: 'Handle errors and rate limits',
  language: 'en',
  variant: 'bondmcp',
  checks: {
    async 'lists the models'(grading) {
      const { models = [] } = await assertOk<{ models?: string[] }>(grading.project, 'listModels', key)
      assert.ok(models.includes('gpt-4o'), 'listModels() should return the ids of the models.')
      assertRequests(grading, 1)
    },

    async 'repeats the request after the seconds of Retry-After'(grading) {
      await limit(grading, 0, 2)
      await Promise.all([
        assertOk(grading.project, 'listModels', key),
        // The repetition succeeds if it does not come too early.
        untilLimited(grading).then(() => limit(grading, 10, 2)),
      ])
      assertWaited(grading)
      assertRequests(grading, 2)
    },

    async 'gives up after two repetitions'(grading) {
      await limit(grading, 0, 1)
      const { retryAfterSeconds } = await assertReason(grading.project, 'tryLater', 'listModels', key)
      assert.equal(retryAfterSeconds, 1, 'retryAfterSeconds should be that of the last response.')
      assertWaited(grading)
      assertRequests(grading, 3)
    },

    async 'does not wait longer than five seconds'(grading) {
      await limit(grading, 0, 60)
      const { retryAfterSeconds } = await assertReason(grading.project, 'tryLater', 'listModels', key)
      const sent = Number(grading.exchanges.at(-1)?.response.headers.get('retry-after'))
      assert.equal(retryAfterSeconds, sent, `retryAfterSeconds should be ${sent}, as in Retry-After.`)
      assertRequests(grading, 1)
    },

    async 'treats an overloaded server like a rate limit'(grading) {
      await grading.control('faults', { operationId: 'listModels', status: 503 })
      const { retryAfterSeconds } = await assertReason(grading.project, 'tryLater', 'listModels', key)
      assert.equal(retryAfterSeconds, 30, 'retryAfterSeconds should be 30, as in Retry-After.')
      assertRequests(grading, 1)
    },

    async 'repeats no other error'(grading) {
      await grading.control('faults', { operationId: 'listModels', status: 500 })
      const result = await assertReason(grading.project, 'failed', 'listModels', key)
      const sent = grading.exchanges.at(-1)?.response.body.error.request_id
      assert.equal(
        'requestId' in result && result.requestId,
        sent,
        'The result should have the request_id of the error.',
      )
      assertRequests(grading, 1)
    },

    async 'reports a key that the API does not accept'(grading) {
      await assertReason(grading.project, 'invalidKey', 'listModels', `bcp_${'0'.repeat(48)}`)
      assertRequests(grading, 1)
    },
  },
}
