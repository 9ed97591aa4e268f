import { describe, expect, it } from 'vitest'
import { createHasher } from '../../src/adapters/hasher.ts'
import { compareLatencies } from './latency.ts'
import { casesWith, openTestServer } from './test-server.ts'

describe.each(casesWith())('$name', (testCase) => {
  it('E02 takes the same time for unknown emails and wrong passwords', async () => {
    const { seeded, signIn, send } = await openTestServer(testCase, { hasher: createHasher() })
    const { email } = seeded.withPassword
    let count = 0
    const unknown = () =>
      send(signIn({ email: `unknown${++count}@example.com`, password: 'not the right one' }))
    const wrong = () => send(signIn({ email, password: 'not the right one' }))
    const latencies = await compareLatencies(unknown, wrong, 300)
    expect(latencies.auc).toBeGreaterThan(0.4)
    expect(latencies.auc).toBeLessThan(0.6)
    expect(latencies.gap).toBeLessThan(0.05)
  })
})
