import { startPostgres } from '../test/support/postgres.ts'
import { serve } from './servers.ts'
import { type Figure, perSecond, times } from './table.ts'
import { alternate, type Load, underLoad } from './under-load.ts'
import { signUp } from './users.ts'

/** Leaves room for two load generators on four cores. */
const workers = 3
/** One load generator uses one core, which cannot saturate several workers. */
const generators = 2

/** Compares session checks of several processes and of one, on a file and on PostgreSQL. */
export async function measureWorkers(): Promise<Figure[]> {
  const onFile = await compare('SQLite', [])
  const postgres = await startPostgres({ isDurable: true })
  try {
    return [onFile, await compare('PostgreSQL', ['--database', postgres.url])]
  } finally {
    await postgres.stop()
  }
}

async function compare(engine: string, args: string[]): Promise<Figure> {
  const one = await serve('openfactory', { args })
  const several = await serve('openfactory', { args: [...args, '--workers', String(workers)] })
  try {
    const targets = {
      one: await check(one.url, 'one@example.org'),
      several: await check(several.url, 'several@example.org'),
    }
    for (const target of Object.values(targets)) await checksPerSecond({ ...target, seconds: 2 })
    const rates = await alternate(2, {
      one: () => checksPerSecond(targets.one),
      several: () => checksPerSecond(targets.several),
    })
    const ratio = rates.several / rates.one
    return {
      what: `session check, --workers ${workers}, ${engine}, load generators on the same cores`,
      ours: perSecond(rates.several),
      peer: `${perSecond(rates.one)} (one process)`,
      ratio: times(ratio),
      goal: 'at least 2x',
      met: ratio >= 2,
    }
  } finally {
    await Promise.all([one.stop(), several.stop()])
  }
}

async function check(url: string, email: string): Promise<Load> {
  const token = await signUp(url, email)
  return { url: `${url}/api/auth/session`, headers: { authorization: `Bearer ${token}` } }
}

async function checksPerSecond(load: Load): Promise<number> {
  const measured = await Promise.all(
    Array.from({ length: generators }, () => underLoad({ ...load, connections: 64 / generators })),
  )
  return measured.reduce((sum, { perSecond }) => sum + perSecond, 0)
}
