import { readFile, stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createHasher } from '../../src/adapters/hasher.ts'
import type { ResponseData } from '../../src/conformance/exchange.ts'
import type { PlainRequest } from '../../src/conformance/variants/adapter.ts'
import { openfactory } from '../../src/conformance/variants/openfactory.ts'
import { start, temporaryFolder } from '../cli/child.ts'
import { isSlow } from '../support/slow.ts'
import { casesWith, openTestServer, times } from './test-server.ts'

const clientCount = 64

/** Hashing is slow and independent of the storage engine, so only the slow run tests all combinations. */
const cases = casesWith().filter(
  ({ name, adapter }) => isSlow || name.endsWith('sqlite') || adapter === openfactory,
)

describe.each(cases)('$name', (testCase) => {
  it('A07 limits concurrent hashes, rejects sign-ins beyond the queue, and serves other requests meanwhile', async () => {
    const hasher = createHasher({ passes: 8, threads: 4, maxQueueLength: 12 })
    let [started, finished] = [0, 0]
    const verify: typeof hasher.verify = async (...about) => {
      started++
      const matches = await hasher.verify(...about)
      finished++
      return matches
    }
    const subject = await openTestServer(testCase, { hasher: { ...hasher, verify } })
    const { access } = await subject.createAccount()
    started = 0
    const signIns = Promise.all(
      times(clientCount, () => subject.send(subject.signIn(subject.seeded.withPassword))),
    )
    let isOver = false
    void signIns.finally(() => {
      isOver = true
    })
    // A file access needs a free thread in the pool. Counts the hashes that finish before it.
    const hashesBeforeFile = async () => {
      const before = finished
      await stat(import.meta.filename)
      return finished - before
    }
    let file: Promise<number> | undefined
    const meanwhile: number[] = []
    while (!isOver) {
      if (started === clientCount) file ??= hashesBeforeFile()
      meanwhile.push((await subject.send(subject.getCurrentUser(access))).status)
      await new Promise(setImmediate)
    }
    const responses = await signIns
    const rejected = responses.filter(({ status }) => status === 503)
    expect(responses.filter(({ status }) => status === subject.statuses.signedIn).length).toBe(
      clientCount - rejected.length,
    )
    expect(rejected.length).toBeGreaterThanOrEqual(clientCount / 4)
    expect(rejected.length).toBeLessThanOrEqual(clientCount - 3 - 12)
    for (const { headers, body } of rejected) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      expect(body).toHaveProperty('error')
    }
    expect(await file).toBeLessThanOrEqual(3)
    expect([...new Set(meanwhile)]).toEqual([200])
    // If hashing blocked the event loop, at most one request would fit between two hashes.
    expect(meanwhile.length).toBeGreaterThan(2 * (clientCount - rejected.length))
  })
})

const MiB = 2 ** 20

async function residentBytes(pid: number | undefined) {
  const text = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) * 1024
}

/** Returns the 99th percentile. */
const p99 = (delays: number[]) => delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? 0

// Reads /proc, which only Linux has.
if (isSlow && process.platform === 'linux')
  it('A07 keeps the p99 delay of other calls below 50 ms while 64 clients sign in, in bounded memory', async () => {
    const serve = async () => {
      const folder = await temporaryFolder()
      const args = ['serve', 'openfactory', '--port', '0', '--data', folder]
      // A small young generation, so that garbage does not hide the memory of hashing.
      const env = { LOG_LEVEL: 'warn', NODE_OPTIONS: '--max-semi-space-size=1' }
      const server = start(args, env, 'src/cli/auth-contracts.js')
      return { pid: server.pid, url: await server.url() }
    }
    // The delays of an idle server show how busy the machine is.
    const [server, idle] = [await serve(), await serve()]
    const send = async (
      { method, path, body, headers = {} }: PlainRequest,
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
    const currentUserRequest = async (at: typeof server) =>
      openfactory.getCurrentUser(openfactory.credentialIn(await send(signIn, at)).access)
    const [busyCall, idleCall] = [await currentUserRequest(server), await currentUserRequest(idle)]
    await send({ method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })
    // The memory that the process needs for many responses with one hash at a time.
    for (let count = 0; count < 200; count++)
      await Promise.all([send(signIn), send(busyCall), send(busyCall)])
    const baseline = await residentBytes(server.pid)

    const until = performance.now() + 8_000
    const clients = times(clientCount, async () => {
      while (performance.now() < until) {
        const { status, headers } = await send(signIn)
        if (status === 503) expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
        else expect(status).toBe(200)
      }
    })
    const delayOf = async (sent: PlainRequest, at: typeof server) => {
      const since = performance.now()
      expect((await send(sent, at)).status).toBe(200)
      return performance.now() - since
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
    // Three concurrent hashes of 19 MiB, and 64 MiB for connections and requests.
    expect(Math.max(...sizes)).toBeLessThan(baseline + 3 * 19 * MiB + 64 * MiB)
  })
