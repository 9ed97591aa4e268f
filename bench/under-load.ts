import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './process.ts'
import { median } from './table.ts'

export interface Load {
  url: string
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  /** What calls differ in: they take turns with these. */
  calls?: { headers?: Record<string, string>; body?: string }[]
  connections?: number
  /** From many addresses, where calls of one are limited: the limits stay, and are counted. */
  manyClients?: boolean
  /** The second byte of these addresses, so that two runs within a minute do not share limits. */
  network?: number
  seconds?: number
  /** A number of requests instead of a time. */
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
 * What a server does under load.
 * @throws {Error} when an answer was not a 2xx, unless refusals are part of it
 */
export async function underLoad(
  { connections = 64, seconds = 3, ...load }: Load,
  { refusals = false }: { refusals?: boolean } = {},
): Promise<Measured> {
  const running = promisify(execFile)(process.execPath, [join(root, 'bench/attack.js')])
  running.child.stdin?.end(JSON.stringify({ ...load, connections, seconds }))
  const { stdout } = await running
  const measured: Measured = JSON.parse(stdout)
  if (measured.errors > 0 || (!refusals && measured.non2xx > 0))
    throw new Error(`${load.url} failed under load: ${measured.non2xx} refusals, ${measured.errors} errors`)
  return measured
}

/** Contenders take turns, so that a busy moment of the machine meets them all. @returns the median of each */
export async function inTurns<Name extends string>(
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
