import { describe, expect, it } from 'vitest'
import { showProgress } from '../../src/cli/test-progress.ts'
import type { TestResult } from '../../src/conformance/index.ts'

const result: TestResult = {
  test: { pack: 'cases', operationId: 'signIn', title: 'ok', writes: true, run: async () => {} },
  ...{ outcome: 'passed', findings: [], exchanges: [], durationMs: 1 },
}

function open(isTTY: boolean) {
  let text = ''
  const progress = showProgress({ isTTY, columns: 200, write: (more) => (text += more) })
  return { ...progress, text: () => text }
}

describe('the progress of a run', () => {
  it('announces each new wait for a rate limit once in a log', () => {
    const { wait, text } = open(false)
    for (const seconds of [2, 30, 30, 29, 31, 60]) wait(seconds)
    expect(text().match(/waiting \d+ s/g)).toEqual(['waiting 30 s', 'waiting 60 s'])
  })

  it('shows a wait on the line of a terminal until the next test ends', () => {
    const { update, wait, text } = open(true)
    update(result, 1, 9)
    wait(30)
    expect(text().split('\r\u001b[2K').at(-1)).toBe(
      'The server answers 429: waiting 30 s, as its Retry-After says.  1 of 9 tests, 0 with violations, 0 not exercised',
    )
    update(result, 2, 9)
    expect(text().split('\r\u001b[2K').at(-1)).toMatch(/^2 of 9 tests, .* cases › signIn › ok$/)
    expect(text()).not.toContain('\n')
  })
})
