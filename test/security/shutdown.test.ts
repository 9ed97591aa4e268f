import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { PlainRequest } from '../../src/conformance/variants/adapter.ts'
import { start, temporaryFolder } from '../cli/child.ts'
import { servedAdapters } from '../support/served.ts'
import { isSlow } from '../support/slow.ts'
import { times } from './test-server.ts'

const adapters = servedAdapters().slice(isSlow ? 0 : -1)
const perSecond = 200

describe.each(adapters)('$name', (adapter) => {
  it('D04 drains at SIGTERM: fails readiness first, finishes all requests, and checkpoints the database', async () => {
    const folder = await temporaryFolder()
    const server = start(
      ['serve', adapter.name, '--port', '0', '--data', folder],
      // On a busy machine, a second may pass between two readiness checks.
      { DRAIN_SECONDS: '3' },
      'src/cli/auth-contracts.js',
    )
    const url = await server.url()
    const send = ({ method, path, body, headers = {} }: PlainRequest) =>
      fetch(url + path, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    await send({ method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })
    const { withPassword } = adapter.seeded
    const signedIn = await send(adapter.signIn(withPassword))
    const { access } = adapter.credentialIn({
      status: signedIn.status,
      headers: signedIn.headers,
      text: '',
      body: await signedIn.json(),
    })

    const outcomes: (number | string)[] = []
    let isOver = false
    let unreadySince: number | undefined
    const call = async (sent: PlainRequest) => {
      const outcome = await send(sent).then(
        async (response) => {
          await response.arrayBuffer()
          return response.status
        },
        (error: Error) => (error.cause as { code?: string } | undefined)?.code ?? error.message,
      )
      outcomes.push(outcome)
    }
    const readiness: number[] = []
    const load = (async () => {
      const calls: Promise<void>[] = []
      while (!isOver) {
        // Ten concurrent requests, one of which writes.
        calls.push(
          ...times(9, () => call(adapter.getCurrentUser(access))),
          call(adapter.signIn(withPassword)),
        )
        await new Promise((resolve) => setTimeout(resolve, 10_000 / perSecond))
        readiness.push((await fetch(`${url}/readyz`)).status)
        // Behaves like a load balancer: checks readiness regularly, and stops sending once it fails.
        if (readiness.at(-1) === 503) unreadySince ??= performance.now()
        isOver = unreadySince !== undefined && performance.now() - unreadySince > 400
      }
      await Promise.all(calls)
    })()

    await expect.poll(() => outcomes.length).toBeGreaterThan(perSecond / 2)
    const finishedBefore = outcomes.length
    // Sign-ins are slow enough to be in flight when the signal arrives.
    const inFlight = times(20, () => call(adapter.signIn(withPassword)))
    await new Promise((resolve) => setTimeout(resolve, 20))
    const begin = performance.now()
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(performance.now() - begin).toBeLessThan(10_000)
    await Promise.all([load, ...inFlight])

    expect([...new Set(outcomes)]).toEqual([200])
    expect(outcomes.length).toBeGreaterThan(finishedBefore + inFlight.length)
    expect([...new Set(readiness)]).toEqual([200, 503])
    expect((await readdir(folder)).filter((name) => /-(wal|shm|journal)$/.test(name))).toEqual([])
  })
})
