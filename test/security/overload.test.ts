import { readFile, stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createHasher } from '../../src/adapters/hasher.ts'
import { start, temporaryFolder } from '../cli/child.ts'
import { isSlow } from '../support/slow.ts'
import type { RequestData, ResponseData } from './dialect.ts'
import { openfactory } from './dialects/openfactory.ts'
import { casesWith, openTestServer, times } from './test-server.ts'

const atOnce = 64

/** The engines differ little here, and hashing takes its time. */
const cases = casesWith().filter(
  ({ name, dialect }) => isSlow || name.endsWith('sqlite') || dialect === openfactory,
)

describe.each(cases)('$name', (testCase) => {
  it('A07 hashes few passwords at once, refuses what would wait too long, and answers all others meanwhile', async () => {
    const hasher = createHasher({ passes: 8, threads: 4, maxQueueLength: 12 })
    let [begun, hashed] = [0, 0]
    const verify: typeof hasher.verify = async (...about) => {
      begun++
      const matches = await hasher.verify(...about)
      hashed++
      return matches
    }
    const subject = await openTestServer(testCase, { hasher: { ...hasher, verify } })
    const { access } = await subject.createAccount()
    begun = 0
    const signIns = Promise.all(
      times(atOnce, () => subject.send(subject.signIn(subject.seeded.withPassword))),
    )
    let isOver = false
    void signIns.finally(() => {
      isOver = true
    })
    // Needs a thread of the pool that hashing would fill if it could: so many hashes come first.
    const hashesBeforeFile = async () => {
      const since = hashed
      await stat(import.meta.filename)
      return hashed - since
    }
    let file: Promise<number> | undefined
    const meanwhile: number[] = []
    while (!isOver) {
      if (begun === atOnce) file ??= hashesBeforeFile()
      meanwhile.push((await subject.send(subject.getCurrentUser(access))).status)
      await new Promise(setImmediate)
    }
    const responses = await signIns
    const refused = responses.filter(({ status }) => status === 503)
    expect(responses.filter(({ status }) => status === subject.statuses.signedIn).length).toBe(
      atOnce - refused.length,
    )
    expect(refused.length).toBeGreaterThanOrEqual(atOnce / 4)
    expect(refused.length).toBeLessThanOrEqual(atOnce - 3 - 12)
    for (const { headers, body } of refused) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      expect(body).toHaveProperty('error')
    }
    expect(await file).toBeLessThanOrEqual(3)
    expect([...new Set(meanwhile)]).toEqual([200])
    // If hashing took the event loop, no more would fit in than one between two hashes.
    expect(meanwhile.length).toBeGreaterThan(2 * (atOnce - refused.length))
  })
})

const MiB = 2 ** 20

async function residentBytes(pid: number | undefined) {
  const text = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) * 1024
}

/** The delay that 99 of 100 stay below. */
const p99 = (delays: number[]) => delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? 0

// Reads what Linux tells about a process.
if (isSlow && process.platform === 'linux')
  it('openfactory in a process: A07 delays 99 of 100 calls by less than 50 ms while 64 clients sign in, in little memory', async () => {
    const serve = async () => {
      const folder = await temporaryFolder()
      const args = ['serve', 'openfactory', '--port', '0', '--data', folder]
      // Without room for garbage, which would hide what hashing takes.
      const env = { LOG_LEVEL: 'warn', NODE_OPTIONS: '--max-semi-space-size=1' }
      const server = start(args, env, 'src/cli/auth-contracts.js')
      return { pid: server.pid, url: await server.url() }
    }
    // What the machine itself delays, busy as it may be with other tests, shows in a server that nobody else asks.
    const [server, idle] = [await serve(), await serve()]
    const send = async (
      { method, path, body, headers = {} }: RequestData,
      { url } = server,
    ): Promise<ResponseData> => {
      const response = await fetch(url + path, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, body: text && JSON.parse(text) }
    }
    const signIn = openfactory.signIn(openfactory.seeded.withPassword)
    const whoAmI = async (at: typeof server) =>
      openfactory.getCurrentUser(openfactory.credentialIn(await send(signIn, at)).access)
    const [busyCall, idleCall] = [await whoAmI(server), await whoAmI(idle)]
    await send({ method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })
    // What the process needs for as many answers, but for one hash at a time.
    for (let count = 0; count < 200; count++)
      await Promise.all([send(signIn), send(busyCall), send(busyCall)])
    const baseline = await residentBytes(server.pid)

    const until = performance.now() + 8_000
    const clients = times(atOnce, async () => {
      while (performance.now() < until) {
        const { status, headers } = await send(signIn)
        if (status === 503) expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
        else expect(status).toBe(200)
      }
    })
    const delayOf = async (sent: RequestData, at: typeof server) => {
      const asked = performance.now()
      expect((await send(sent, at)).status).toBe(200)
      return performance.now() - asked
    }
    const [busy, quiet, sizes]: [number[], number[], number[]] = [[], [], []]
    while (performance.now() < until) {
      busy.push(await delayOf(busyCall, server))
      quiet.push(await delayOf(idleCall, idle))
      sizes.push(await residentBytes(server.pid))
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await Promise.all(clients)
    expect(busy.length).toBeGreaterThan(100)
    expect(p99(busy) - p99(quiet)).toBeLessThan(50)
    // Three hashes at a time; the rest is for connections and what they bring.
    expect(Math.max(...sizes)).toBeLessThan(baseline + 3 * 19 * MiB + 64 * MiB)
  })
