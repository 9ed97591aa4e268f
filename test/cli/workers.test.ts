import { readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openfactory } from '../../src/conformance/variants/openfactory.ts'
import { createTestDatabase } from '../support/postgres-schema.ts'
import { freePort, start, temporaryFolder } from './child.ts'
import { production } from './production.ts'

async function serve(args: string[], env: Record<string, string> = {}) {
  const all = ['serve', 'openfactory', '--production', '--port', '0', ...args]
  const server = start(all, { ...production, ...env }, 'src/cli/auth-contracts.js')
  const [, url = ''] = await server.prints(/"listening":"(.+?)"/)
  await server.prints(/all workers ready/)
  return { ...server, at: url }
}

const send = async (
  url: string,
  request: { method: string; path: string; body?: unknown; headers?: object },
) => {
  const response = await fetch(url + request.path, {
    method: request.method,
    headers: { 'content-type': 'application/json', connection: 'close', ...request.headers },
    ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
  })
  return { status: response.status, body: await response.json() }
}
const pidsIn = (output: string) =>
  [...output.matchAll(/"pid":(\d+)[^\n]*"msg":"ready"/g)].map(([, pid]) => Number(pid))
const program = 'src/cli/auth-contracts.js'
const grace = { email: 'grace@example.org', password: 'nanoseconds-of-wire-30', name: 'Grace' }

/**
 * Writes a module that makes the third and the fourth fork of a supervisor fail, in both ways that Node has:
 * one throws, the other emits an error.
 */
async function writeFailingForks(folder: string): Promise<string> {
  const file = join(folder, 'failing-forks.mjs')
  await writeFile(
    file,
    `import cluster from 'node:cluster'
    const { fork } = cluster
    let count = 0
    cluster.fork = (...args) => {
      count++
      if (count === 3) throw new Error('spawn ENOMEM')
      if (count === 4) cluster.setupPrimary({ cwd: '/no/such/folder' })
      const worker = fork.apply(cluster, args)
      if (count === 4) cluster.setupPrimary({ cwd: process.cwd() })
      return worker
    }`,
  )
  return file
}

describe('serve --workers', () => {
  it.each([
    ['one file', async () => ['--data', await temporaryFolder()]],
    ['PostgreSQL', async () => ['--memory', '--database', await createTestDatabase()]],
  ])('shares sessions, sign-outs and rate limits between workers on %s', async (_, createArgs) => {
    const { at } = await serve(['--workers', '3', ...(await createArgs())])
    const { status, body } = await send(at, openfactory.signUp(grace))
    expect(status).toBe(201)
    const whoAmI = openfactory.getCurrentUser(body.session.token)
    const checks = () => Promise.all(Array.from({ length: 12 }, () => send(at, whoAmI)))
    expect((await checks()).map((response) => response.status)).toEqual(Array(12).fill(200))
    const wrong = openfactory.signIn({ email: 'unknown@example.net', password: 'not the right one' })
    const guesses = await Promise.all(Array.from({ length: 30 }, () => send(at, wrong)))
    expect(guesses.filter((response) => response.status === 401)).toHaveLength(10)
    expect(guesses.filter((response) => response.status === 429)).toHaveLength(20)
    const signOut = openfactory.signOut?.({ access: body.session.token, refresh: null })
    if (!signOut) throw new Error('The adapter has no sign-out')
    await fetch(at + signOut.path, { method: signOut.method, headers: signOut.headers ?? {} })
    expect((await checks()).map((response) => response.status)).toEqual(Array(12).fill(401))
  })

  it('responds with 503 while the rate limit counters are locked, and recovers afterwards', async () => {
    const folder = await temporaryFolder()
    const { at } = await serve(['--workers', '2', '--data', folder])
    const guess = () =>
      fetch(`${at}/api/auth/signin`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'unknown@example.net', password: 'not the right one' }),
      })
    const holder = new DatabaseSync(join(folder, 'openfactory.db-limits'))
    holder.exec('BEGIN IMMEDIATE')
    const response = await guess()
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    holder.exec('ROLLBACK')
    holder.close()
    expect((await guess()).status).toBe(401)
  })

  it('replaces a worker that crashes, and stops all workers on SIGTERM', async () => {
    const server = await serve(['--workers', '2', '--data', await temporaryFolder()])
    const pids = () => pidsIn(server.output())
    await expect.poll(() => pids().length).toBe(2)
    process.kill(pids()[0] ?? 0, 'SIGKILL')
    await expect.poll(() => pids().length).toBe(3)
    expect((await fetch(`${server.at}/readyz`)).status).toBe(200)
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    for (const pid of pids()) expect(() => process.kill(pid, 0)).toThrow()
  })

  it('stops gracefully on SIGTERM while some workers are still starting', async () => {
    const all = ['serve', 'openfactory', '--production', '--port', '0', '--workers', '4']
    const server = start([...all, '--data', await temporaryFolder()], production, program)
    await server.prints(/"msg":"ready"/)
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(server.output()).toMatch(/"msg":"stopped"/)
    expect(server.output()).not.toMatch(/all workers ready/)
  })

  it('retries when a worker cannot be forked, and still stops on SIGTERM', async () => {
    const folder = await temporaryFolder()
    const server = await serve(['--workers', '2', '--data', folder], {
      NODE_OPTIONS: `--import=${await writeFailingForks(folder)}`,
    })
    const pids = () => pidsIn(server.output())
    await expect.poll(() => pids().length).toBe(2)
    process.kill(pids()[0] ?? 0, 'SIGKILL')
    await expect.poll(() => pids().length).toBe(3)
    expect(server.output().match(/"msg":"cannot start a worker process"/g)).toHaveLength(2)
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
  })

  it('finishes open requests when a signal reaches all processes at once, and leaves no WAL file', async () => {
    const folder = await temporaryFolder()
    const server = await serve(['--workers', '2', '--data', folder])
    await expect.poll(() => pidsIn(server.output())).toHaveLength(2)
    const signUps = Array.from({ length: 8 }, (_, number) =>
      send(server.at, openfactory.signUp({ ...grace, email: `grace${number}@example.org` })),
    )
    await Promise.race(signUps)
    for (const pid of pidsIn(server.output())) process.kill(pid, 'SIGTERM')
    server.kill('SIGTERM')
    for (const pid of pidsIn(server.output())) process.kill(pid, 'SIGTERM')
    const statuses = (await Promise.all(signUps)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([201]))
    expect(await server.ended).toBe(0)
    expect((await readdir(folder)).filter((name) => name.endsWith('-wal'))).toEqual([])
  })

  it.each([
    ['one process', []],
    ['workers', ['--workers', '2']],
  ])('does not start if METRICS_PORT is in use or equals --port, with %s', async (_, args) => {
    const port = await freePort()
    const holder = createServer().listen(port, '127.0.0.1')
    onTestFinished(() => void holder.close())
    const run = async (ownPort: number) => {
      const all = ['serve', 'openfactory', '--production', '--port', String(ownPort), ...args]
      const data = ['--data', await temporaryFolder()]
      const server = start([...all, ...data], { ...production, METRICS_PORT: String(port) }, program)
      return { code: await server.ended, output: server.output() }
    }
    const inUse = await run(0)
    expect(inUse).toEqual({
      code: 1,
      output: `error: Port ${port} is in use. Set METRICS_PORT to another one.\n`,
    })
    const same = await run(port)
    expect(same).toEqual({
      code: 1,
      output: `error: METRICS_PORT and the port are both ${port}. Change one of them.\n`,
    })
  })

  it('exits with an error if the port of the API is in use', async () => {
    const port = await freePort()
    const holder = createServer().listen(port, '127.0.0.1')
    onTestFinished(() => void holder.close())
    for (const args of [[], ['--workers', '2']]) {
      const all = ['serve', 'openfactory', '--production', '--port', String(port), ...args]
      const env = { ...production, METRICS_PORT: String(await freePort()) }
      const server = start([...all, '--data', await temporaryFolder()], env, program)
      expect(await server.ended).toBe(1)
      expect(server.output()).toMatch(new RegExp(`^error: Port ${port} is in use\\. [^\n]*\n$`))
    }
  })

  it('reports the sum of the metrics of all workers', async () => {
    const port = await freePort()
    const server = await serve(['--workers', '2', '--data', await temporaryFolder()], {
      METRICS_PORT: String(port),
    })
    await Promise.all(
      Array.from({ length: 20 }, () => send(server.at, openfactory.getCurrentUser('0'.repeat(64)))),
    )
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    expect(text).toMatch(/http_request_duration_seconds_count\{operation="getSession",status="401"\} 20/)
    expect(text).toContain('mails_waiting 0')
  })

  it('requires production mode, and a number from 1 to 99', async () => {
    const runToEnd = async (args: string[]) => {
      const server = start(['serve', 'openfactory', '--memory', ...args], {}, program)
      return [await server.ended, server.output().trim()]
    }
    expect(await runToEnd(['--workers', '2'])).toEqual([
      1,
      expect.stringMatching(/^error: Development mode runs in one process/),
    ])
    expect(await runToEnd(['--workers', '0'])).toEqual([
      1,
      expect.stringContaining('a whole number from 1 to 99'),
    ])
  })

  it('does not start if the first worker fails, and reports the error once', async () => {
    const folder = await temporaryFolder()
    const development = start(
      ['serve', 'openfactory', '--port', '0', '--data', folder],
      {},
      'src/cli/auth-contracts.js',
    )
    await development.url()
    development.kill('SIGTERM')
    await development.ended
    const server = start(
      ['serve', 'openfactory', '--production', '--workers', '3', '--port', '0', '--data', folder],
      production,
      'src/cli/auth-contracts.js',
    )
    expect(await server.ended).toBe(1)
    expect(server.output().match(/error: The database contains example users/g)).toHaveLength(1)
  })
})
