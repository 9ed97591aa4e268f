import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgresStore } from '../../src/storage/postgres/store.ts'
import { openfactory } from '../security/dialects/openfactory.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { openSandbox } from '../support/sandbox.ts'

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

/** The server's processes: one for each connection, and one that all others belong to. */
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
  const ask = async (path: string, body?: unknown, token?: string) => {
    const begin = performance.now()
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const answer = await sandbox.call(body === undefined ? 'GET' : 'POST', path, body, headers)
    return { answer, ms: performance.now() - begin }
  }
  return { store, ask }
}

const ada = 'ada0'.repeat(16)
const signUp = (index: number) => openfactory.signUp(person(index))
const person = (index: number) => ({
  email: `outage${index}@example.net`,
  password: 'a long enough phrase',
  name: 'Out',
})

describe.runIf(process.platform === 'linux')('D06 while PostgreSQL', () => {
  it('hangs, calls get 503 with Retry-After within a second; when it goes on, so do they', async () => {
    const { store, ask } = await open('paused')
    expect((await ask('/api/auth/session', undefined, ada)).answer.status).toBe(200)
    await signalAll('SIGSTOP')
    try {
      const calls = await Promise.all([
        ask('/api/auth/session', undefined, ada),
        ask('/api/auth/signup', signUp(1).body),
        ask('/readyz'),
      ])
      for (const { answer, ms } of calls) {
        expect(answer.status).toBe(503)
        expect(ms).toBeLessThan(1_000)
      }
      expect(Number(calls[0]?.answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      expect((await ask('/healthz')).answer.status).toBe(200)
    } finally {
      await signalAll('SIGCONT')
    }
    await expect
      .poll(async () => (await ask('/api/auth/session', undefined, ada)).answer.status, { timeout: 5_000 })
      .toBe(200)
    // All of it or nothing: the account can be made now, or is whole.
    const again = (await ask('/api/auth/signup', signUp(1).body)).answer.status
    expect([201, 409]).toContain(again)
    const { email, password } = person(1)
    expect((await ask('/api/auth/signin', { email, password })).answer.status).toBe(200)
    expect(await store.count('memberships', {})).toBe(await store.count('users', {}))
  })

  it('drops its connections, the next call gets new ones', async () => {
    const { ask } = await open('dropped')
    expect((await ask('/api/auth/session', undefined, ada)).answer.status).toBe(200)
    for (const pid of (await processes()).slice(1)) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      if (/postgres: postgres /.test(command)) process.kill(pid, 'SIGTERM')
    }
    await expect
      .poll(async () => (await ask('/api/auth/session', undefined, ada)).answer.status, { timeout: 5_000 })
      .toBe(200)
  })
})
