import { describe, expect, it } from 'vitest'
import { corrupted } from './corrupted-key.ts'
import { compareLatencies } from './latency.ts'
import { casesWith, openTestServer } from './test-server.ts'

describe.each(casesWith('keys'))('$name', (testCase) => {
  it('K01 takes the same time for keys that differ in the first or the last character', async () => {
    const { keys } = testCase.adapter
    const { send, createAccount, getCurrentUser } = await openTestServer(testCase)
    const { access } = await createAccount()
    const keysPath = keys.keysPathIn(await send(getCurrentUser(access)))
    const form = { name: 'CI', scopes: keys.scopes.slice(0, 1) }
    const { key } = keys.keyIn(await send(keys.create(access, keysPath, form)))
    const useWithError = (at: number) => () => send(keys.use(corrupted(key, at)))
    const latencies = await compareLatencies(
      useWithError(key.length - 48),
      useWithError(key.length - 1),
      1_000,
    )
    expect(latencies.auc).toBeGreaterThan(0.4)
    expect(latencies.auc).toBeLessThan(0.6)
    expect(latencies.gap).toBeLessThan(0.2)
  })
})
