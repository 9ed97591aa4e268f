import { describe, expect, it } from 'vitest'
import type { TestSandbox } from '../../support/sandbox.ts'
import { open, signInStatus } from './scene.ts'

const measure = async (act: () => Promise<unknown>) => {
  const start = performance.now()
  await act()
  return performance.now() - start
}
const setLatency = (sandbox: TestSandbox, latency: object) => sandbox.control('settings', { latency })

describe('the latency', () => {
  it('delays all operations until it is set to 0, but no control', async () => {
    const sandbox = await open()
    await setLatency(sandbox, { delayMs: 600 })
    for (let call = 0; call < 2; call++)
      expect(await measure(() => signInStatus(sandbox))).toBeGreaterThan(590)
    expect(await measure(() => sandbox.control('settings', {}))).toBeLessThan(590)
    await setLatency(sandbox, { delayMs: 0 })
    expect(await measure(() => signInStatus(sandbox))).toBeLessThan(590)
  })

  it('keeps the delay within the jitter', async () => {
    const sandbox = await open()
    expect(await setLatency(sandbox, { jitterMs: 60 })).toMatchObject({
      latency: { delayMs: 0, jitterMs: 60 },
    })
    await setLatency(sandbox, { delayMs: 100 })
    for (let call = 0; call < 5; call++)
      expect(await measure(() => signInStatus(sandbox))).toBeGreaterThan(35)
  })

  it('ends with a reset', async () => {
    const sandbox = await open()
    await setLatency(sandbox, { delayMs: 60_000 })
    await sandbox.call('POST', '/__dev/reset')
    expect(await signInStatus(sandbox)).toBe(200)
  })
})
