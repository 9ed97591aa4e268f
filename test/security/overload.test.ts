import { readFile, stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createHasher } from '../../src/platform/hasher.ts'
import { start, temporaryFolder } from '../cli/child.ts'
import type { Got, Sent } from './dialect.ts'
import { openfactory } from './dialects/openfactory.ts'
import { everywhere, isSlow, openSubject, times } from './subject.ts'

const atOnce = 64

describe.each(everywhere())('$name', (one) => {
  it('A07 hashes few passwords at once, refuses what would wait too long, and answers all others meanwhile', async () => {
    const subject = await openSubject(one, { hasher: createHasher({ passes: 10, threads: 4, waiting: 12 }) })
    const { access } = await subject.join()
    let finished = 0
    const begin = performance.now()
    const signIns = Promise.all(
      times(atOnce, () =>
        subject.send(subject.signIn(subject.seeded.withPassword)).finally(() => finished++),
      ),
    )
    let isOver = false
    const over = signIns.then(() => {
      isOver = true
      return performance.now() - begin
    })
    // Needs a thread of the pool that hashing would fill if it could.
    const finishedBeforeFile = stat(import.meta.filename).then(() => finished)
    const meanwhile: { status: number; ms: number }[] = []
    while (!isOver) {
      const asked = performance.now()
      const { status } = await subject.send(subject.whoAmI(access))
      meanwhile.push({ status, ms: performance.now() - asked })
      await new Promise(setImmediate)
    }
    const answers = await signIns
    const refused = answers.filter(({ status }) => status === 503)
    expect(answers.filter(({ status }) => status === subject.statuses.signedIn).length).toBe(
      atOnce - refused.length,
    )
    expect(refused.length).toBeGreaterThanOrEqual(atOnce / 4)
    expect(refused.length).toBeLessThanOrEqual(atOnce - 3 - 12)
    for (const { headers, body } of refused) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      expect(body).toHaveProperty('error')
    }
    expect(await finishedBeforeFile).toBeLessThanOrEqual(refused.length + 3)
    expect(new Set(meanwhile.map(({ status }) => status))).toEqual(new Set([200]))
    expect(meanwhile.length).toBeGreaterThan(3)
    expect(Math.max(...meanwhile.map(({ ms }) => ms))).toBeLessThan((await over) / 2)
  })
})

const MiB = 2 ** 20

async function residentBytes(pid: number | undefined) {
  const text = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) * 1024
}

describe.runIf(isSlow && process.platform === 'linux')('openfactory in a process', () => {
  // Whatever else this machine does meanwhile takes part, so it may try again.
  it('A07 answers 99 of 100 calls within 50 ms while 64 clients sign in, in little memory', {
    retry: 2,
  }, async () => {
    const server = start(
      ['serve', 'openfactory', '--port', '0', '--data', await temporaryFolder()],
      { LOG_LEVEL: 'warn' },
      'src/cli/main.ts',
    )
    const url = await server.url()
    const send = async ({ method, path, body, headers = {} }: Sent): Promise<Got> => {
      const answer = await fetch(url + path, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      return {
        status: answer.status,
        headers: answer.headers,
        text,
        body: text ? JSON.parse(text) : undefined,
      }
    }
    await send({ method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })
    const signIn = openfactory.signIn(openfactory.seeded.withPassword)
    const { access } = openfactory.credentialIn(await send(signIn))
    // What the process needs to run at all, code and caches included.
    for (let count = 0; count < 300; count++) await send(openfactory.whoAmI(access))
    const baseline = await residentBytes(server.pid)

    const until = performance.now() + 5_000
    const clients = times(atOnce, async () => {
      while (performance.now() < until) {
        const { status, headers } = await send(signIn)
        if (status === 503) expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
        else expect(status).toBe(200)
      }
    })
    const [delays, sizes]: [number[], number[]] = [[], []]
    while (performance.now() < until) {
      const asked = performance.now()
      expect((await send(openfactory.whoAmI(access))).status).toBe(200)
      delays.push(performance.now() - asked)
      sizes.push(await residentBytes(server.pid))
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await Promise.all(clients)
    expect(delays.length).toBeGreaterThan(100)
    expect(delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)]).toBeLessThan(50)
    // Three hashes at a time; the rest is room for the collector.
    expect(Math.max(...sizes)).toBeLessThan(baseline + 3 * 19 * MiB + 96 * MiB)
  })
})
