import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openfactory } from '../../src/conformance/variants/openfactory.ts'
import { openPostgresStore } from '../../src/storage/postgres/store.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { openSandbox } from '../support/sandbox.ts'

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

/** Returns the ids of the server's processes: the main process first, then one for each connection. */
async function processes(): Promise<number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const parents = await Promise.all(
    all.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      return [pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])] as const
    }),
  )
  return [server.pid, ...parents.filter(([, parent]) => parent === server.pid).map(([pid]) => pid)]
}
const signalAll = async (signal: NodeJS.Signals) => {
  for (const pid of await processes()) process.kill(pid, signal)
}

async function open(schema: string) {
  const store = await openPostgresStore(server.url, schema)
  const sandbox = await openSandbox('openfactory', { store })
  const request = async (path: string, body?: unknown, token?: string) => {
    const begin = performance.now()
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await sandbox.call(body === undefined ? 'GET' : 'POST', path, body, headers)
    return { response, ms: performance.now() - begin }
  }
  return { store, request }
}

const ada = 'ada0'.repeat(16)
const signUp = (index: number) => openfactory.signUp(person(index))
const person = (index: number) => ({
  email: `outage${index}@example.net`,
  password: 'a long enough phrase',
  name: 'Out',
})

describe.runIf(process.platform === 'linux')('D06 an outage of PostgreSQL', () => {
  it('responds with 503 and Retry-After within a second while the database hangs, and recovers with it', async () => {
    const { store, request } = await open('paused')
    expect((await request('/api/auth/session', undefined, ada)).response.status).toBe(200)
    await signalAll('SIGSTOP')
    try {
      const calls = await Promise.all([
        request('/api/auth/session', undefined, ada),
        request('/api/auth/signup', signUp(1).body),
        request('/readyz'),
      ])
      for (const { response, ms } of calls) {
        expect(response.status).toBe(503)
        expect(ms).toBeLessThan(1_000)
      }
      expect(Number(calls[0]?.response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      expect((await request('/healthz')).response.status).toBe(200)
    } finally {
      await signalAll('SIGCONT')
    }
    await expect
      .poll(async () => (await request('/api/auth/session', undefined, ada)).response.status)
      .toBe(200)
    // The sign-up is atomic: either it can be repeated now, or the account is complete.
    const again = (await request('/api/auth/signup', signUp(1).body)).response.status
    expect([201, 409]).toContain(again)
    const { email, password } = person(1)
    expect((await request('/api/auth/signin', { email, password })).response.status).toBe(200)
    expect(await store.count('memberships', {})).toBe(await store.count('users', {}))
  })

  it('opens new connections after the database has dropped the old ones', async () => {
    const { request } = await open('dropped')
    expect((await request('/api/auth/session', undefined, ada)).response.status).toBe(200)
    for (const pid of (await processes()).slice(1)) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      if (/postgres: postgres /.test(command)) process.kill(pid, 'SIGTERM')
    }
    await expect
      .poll(async () => (await request('/api/auth/session', undefined, ada)).response.status)
      .toBe(200)
  })
})
