import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { startPostgres } from '../test/support/postgres.ts'
import { serve } from './servers.ts'
import { type Figure, perSecond, times } from './table.ts'
import { alternate, underLoad } from './under-load.ts'
import { createUsers, signUp } from './users.ts'

/** Compares openfactory on PostgreSQL and on a database file. Both commit to the disk. */
export async function measurePostgres(): Promise<Figure[]> {
  let log = ''
  const postgres = await startPostgres({
    isDurable: true,
    onLog: (text) => {
      log += text
    },
  })
  try {
    return [...(await measureRates(postgres.url)), await countQueries(postgres.url, () => log)]
  } finally {
    await postgres.stop()
  }
}

async function measureRates(database: string): Promise<Figure[]> {
  const [onPostgres, onFile] = await Promise.all([
    serve('openfactory', { args: ['--database', database] }),
    serve('openfactory'),
  ])
  try {
    const loads = { postgres: await createUsers(onPostgres.url), file: await createUsers(onFile.url) }
    const figures: Figure[] = []
    for (const kind of ['check', 'signIn'] as const) {
      const load = (engine: 'postgres' | 'file') => ({ ...loads[engine][kind], connections: 32 })
      await underLoad({ ...load('postgres'), seconds: 1 })
      await underLoad({ ...load('file'), seconds: 1 })
      const rates = await alternate(2, {
        postgres: async () => (await underLoad(load('postgres'))).perSecond,
        file: async () => (await underLoad(load('file'))).perSecond,
      })
      figures.push({
        what: `${kind === 'check' ? 'session check' : 'sign-in'} on PostgreSQL, openfactory`,
        ours: perSecond(rates.postgres),
        peer: `${perSecond(rates.file)} (SQLite)`,
        ratio: times(rates.postgres / rates.file),
      })
    }
    return figures
  } finally {
    await Promise.all([onPostgres.stop(), onFile.stop()])
  }
}

const checks = 1_000

/** Counts queries in the log of PostgreSQL, which has one line per statement. */
async function countQueries(database: string, log: () => string): Promise<Figure> {
  const client = new Client({ connectionString: database })
  await client.connect()
  // Takes effect for new connections: those of the next server, and those that write the marks.
  await client.query("ALTER DATABASE postgres SET log_statement = 'all'")
  await client.end()
  const server = await serve('openfactory', { args: ['--database', database] })
  try {
    const token = await signUp(server.url, 'counted@example.org')
    await mark(database, log, 'begin')
    for (let done = 0; done < checks; done++) {
      const response = await fetch(`${server.url}/api/auth/session`, {
        headers: { authorization: `Bearer ${token}` },
      })
      if (!response.ok) throw new Error(`The session check returned ${response.status}.`)
      await response.arrayBuffer()
    }
    await mark(database, log, 'end')
  } finally {
    await server.stop()
  }
  const [, counted = ''] = /'mark begin'([\s\S]*)'mark end'/.exec(log()) ?? []
  // The last query is the mark. A few others come from the worker that sends mail.
  const queries = (counted.match(/LOG: {2}(?:execute|statement)/g)?.length ?? 0) - 1
  const perCheck = (queries / checks).toFixed(2)
  return {
    what: `queries per session check on PostgreSQL, average of ${checks}`,
    ours: perCheck,
    peer: '',
    ratio: '',
    goal: '1.00',
    met: perCheck === '1.00',
  }
}

async function mark(database: string, log: () => string, name: 'begin' | 'end'): Promise<void> {
  const client = new Client({ connectionString: database })
  await client.connect()
  await client.query(`SELECT 'mark ${name}'`)
  await client.end()
  for (const deadline = performance.now() + 5_000; performance.now() < deadline; await sleep(20))
    if (log().includes(`'mark ${name}'`)) return
  throw new Error('The log of PostgreSQL is empty.')
}
