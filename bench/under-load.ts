import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './process.ts'
import { median } from './table.ts'

export interface Load {
  url: string
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  /** The parts that differ between calls. The calls use them in turn. */
  calls?: { headers?: Record<string, string>; body?: string }[]
  connections?: number
  /** Whether the calls come from many IP addresses, so that no rate limit is reached. */
  manyClients?: boolean
  /** The second byte of the IP addresses, so that two runs within a minute do not share rate limits. */
  network?: number
  seconds?: number
  /** The number of requests, instead of `seconds`. */
  amount?: number
}

export interface Measured {
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
  errors: number
  non2xx: number
  /** The number of responses by status. */
  statuses: Record<string, number>
}

/**
 * Measures a server under load.
 * @throws {Error} if a response is not a 2xx, unless `allowErrors` is set
 */
export async function underLoad(
  { connections = 64, seconds = 3, ...load }: Load,
  { allowErrors = false }: { allowErrors?: boolean } = {},
): Promise<Measured> {
  const running = promisify(execFile)(process.execPath, [join(root, 'bench/load-generator.js')])
  running.child.stdin?.end(JSON.stringify({ ...load, connections, seconds }))
  const { stdout } = await running
  const measured: Measured = JSON.parse(stdout)
  if (measured.errors > 0 || (!allowErrors && measured.non2xx > 0))
    throw new Error(
      `${load.url} failed under load: ${measured.non2xx} error responses, ${measured.errors} network errors`,
    )
  return measured
}

/**
 * Measures contenders in turns, so that a busy moment of the machine affects all of them.
 * @returns the median of each
 */
export async function alternate<Name extends string>(
  rounds: number,
  contenders: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number>> {
  const all = Object.entries<() => Promise<number>>(contenders).map(([name, measure]) => ({
    name,
    measure,
    samples: [] as number[],
  }))
  for (let round = 0; round < rounds; round++)
    for (const { measure, samples } of all) samples.push(await measure())
  return Object.fromEntries(all.map(({ name, samples }) => [name, median(samples)])) as Record<Name, number>
}
