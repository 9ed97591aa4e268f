import { readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openfactory } from '../security/dialects/openfactory.ts'
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
  sent: { method: string; path: string; body?: unknown; headers?: object },
) => {
  const answer = await fetch(url + sent.path, {
    method: sent.method,
    headers: { 'content-type': 'application/json', connection: 'close', ...sent.headers },
    ...(sent.body !== undefined && { body: JSON.stringify(sent.body) }),
  })
  return { status: answer.status, body: await answer.json() }
}
const pidsIn = (output: string) =>
  [...output.matchAll(/"pid":(\d+)[^\n]*"msg":"ready"/g)].map(([, pid]) => Number(pid))
const program = 'src/cli/auth-contracts.js'
const grace = { email: 'grace@example.org', password: 'nanoseconds-of-wire-30', name: 'Grace' }

/** A module with which the third and the fourth process of a supervisor cannot be made, each in one of the ways that Node says so. */
async function lackingProcesses(folder: string): Promise<string> {
  const file = join(folder, 'lacking-processes.mjs')
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

describe('several workers', () => {
  it.each([
    ['one file', async () => ['--data', await temporaryFolder()]],
    ['PostgreSQL', async () => ['--memory', '--database', await createTestDatabase()]],
  ])('on %s are one server: sessions, sign-outs and limits', async (_, place) => {
    const { at } = await serve(['--workers', '3', ...(await place())])
    const { status, body } = await send(at, openfactory.signUp(grace))
    expect(status).toBe(201)
    const whoAmI = openfactory.whoAmI(body.session.token)
    const checks = () => Promise.all(Array.from({ length: 12 }, () => send(at, whoAmI)))
    expect((await checks()).map((answer) => answer.status)).toEqual(Array(12).fill(200))
    const wrong = openfactory.signIn({ email: 'nobody@example.net', password: 'not the right one' })
    const guesses = await Promise.all(Array.from({ length: 30 }, () => send(at, wrong)))
    expect(guesses.filter((answer) => answer.status === 401)).toHaveLength(10)
    expect(guesses.filter((answer) => answer.status === 429)).toHaveLength(20)
    const signOut = openfactory.signOut?.({ access: body.session.token, refresh: null })
    if (!signOut) throw new Error('There is no sign-out')
    await fetch(at + signOut.path, { method: signOut.method, headers: signOut.headers ?? {} })
    expect((await checks()).map((answer) => answer.status)).toEqual(Array(12).fill(401))
  })

  it('say 503 while their counters cannot be written, and go on afterwards', async () => {
    const folder = await temporaryFolder()
    const { at } = await serve(['--workers', '2', '--data', folder])
    const guess = () =>
      fetch(`${at}/api/auth/signin`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'nobody@example.net', password: 'not the right one' }),
      })
    const holder = new DatabaseSync(join(folder, 'openfactory.db-limits'))
    holder.exec('BEGIN IMMEDIATE')
    const refused = await guess()
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    holder.exec('ROLLBACK')
    holder.close()
    expect((await guess()).status).toBe(401)
  })

  it('are replaced when they end, and end all together at SIGTERM', async () => {
    const server = await serve(['--workers', '2', '--data', await temporaryFolder()])
    const pids = () => pidsIn(server.output())
    await expect.poll(() => pids().length).toBe(2)
    process.kill(pids()[0] ?? 0, 'SIGKILL')
    await expect.poll(() => pids().length, { timeout: 15_000 }).toBe(3)
    expect((await fetch(`${server.at}/readyz`)).status).toBe(200)
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    for (const pid of pids()) expect(() => process.kill(pid, 0)).toThrow()
  })

  it('end without breaking off a request at SIGTERM while others are still starting', async () => {
    const all = ['serve', 'openfactory', '--production', '--port', '0', '--workers', '4']
    const server = start([...all, '--data', await temporaryFolder()], production, program)
    await server.prints(/"msg":"ready"/)
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(server.output()).toMatch(/"msg":"stopped"/)
    expect(server.output()).not.toMatch(/all workers ready/)
  })

  it('are replaced later when there is no process to be had, and still end at SIGTERM', async () => {
    const folder = await temporaryFolder()
    const server = await serve(['--workers', '2', '--data', folder], {
      NODE_OPTIONS: `--import=${await lackingProcesses(folder)}`,
    })
    const pids = () => pidsIn(server.output())
    await expect.poll(() => pids().length).toBe(2)
    process.kill(pids()[0] ?? 0, 'SIGKILL')
    await expect.poll(() => pids().length, { timeout: 15_000 }).toBe(3)
    expect(server.output().match(/"msg":"no process for a worker"/g)).toHaveLength(2)
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
  })

  it('drain when a signal reaches all of them at once, and leave one file', async () => {
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
  ])('do not start without their metrics: %s', async (_, args) => {
    const port = await freePort()
    const holder = createServer().listen(port, '127.0.0.1')
    onTestFinished(() => void holder.close())
    const run = async (ownPort: number) => {
      const all = ['serve', 'openfactory', '--production', '--port', String(ownPort), ...args]
      const data = ['--data', await temporaryFolder()]
      const server = start([...all, ...data], { ...production, METRICS_PORT: String(port) }, program)
      return { code: await server.ended, output: server.output() }
    }
    const taken = await run(0)
    expect(taken).toEqual({
      code: 1,
      output: `error: Port ${port} is taken. Give METRICS_PORT another one.\n`,
    })
    const same = await run(port)
    expect(same).toEqual({
      code: 1,
      output: `error: METRICS_PORT and --port are both ${port}. Give one of them another number.\n`,
    })
  })

  it('leave nothing behind where the port of the API is taken', async () => {
    const port = await freePort()
    const holder = createServer().listen(port, '127.0.0.1')
    onTestFinished(() => void holder.close())
    for (const args of [[], ['--workers', '2']]) {
      const all = ['serve', 'openfactory', '--production', '--port', String(port), ...args]
      const env = { ...production, METRICS_PORT: String(await freePort()) }
      const server = start([...all, '--data', await temporaryFolder()], env, program)
      expect(await server.ended).toBe(1)
      expect(server.output()).toMatch(new RegExp(`^error: Port ${port} is taken\\. [^\n]*\n$`))
    }
  })

  it('tell their metrics together', async () => {
    const port = await freePort()
    const server = await serve(['--workers', '2', '--data', await temporaryFolder()], {
      METRICS_PORT: String(port),
    })
    await Promise.all(Array.from({ length: 20 }, () => send(server.at, openfactory.whoAmI('0'.repeat(64)))))
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    expect(text).toMatch(/http_request_duration_seconds_count\{operation="getSession",status="401"\} 20/)
    expect(text).toContain('mails_waiting 0')
  })

  it('are for production mode, and a whole number', async () => {
    const said = async (args: string[]) => {
      const server = start(['serve', 'openfactory', '--memory', ...args], {}, program)
      return [await server.ended, server.output().trim()]
    }
    expect(await said(['--workers', '2'])).toEqual([
      1,
      expect.stringMatching(/^error: Development mode is one process/),
    ])
    expect(await said(['--workers', '0'])).toEqual([
      1,
      expect.stringContaining('a whole number from 1 to 99'),
    ])
  })

  it('do not start when one cannot, and say why once', async () => {
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
