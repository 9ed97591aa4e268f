import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { root } from './process.ts'
import { type Figure, megabytes, milliseconds } from './table.ts'

const count = 50

/** Measures a hub in which test runs use named sandboxes at the same time. */
export async function measureIsolation(): Promise<Figure[]> {
  const args = ['bench/isolation-hub.ts', String(count)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
  const { residentMB, createMs } = JSON.parse(stdout) as { residentMB: number; createMs: number }
  const against = { peer: 'none', ratio: '' }
  return [
    {
      what: `resident memory of a hub with ${count} named sandboxes, each after a sign-up`,
      ours: megabytes(residentMB),
      ...against,
      goal: 'under 500 MB',
      met: residentMB < 500,
    },
    { what: 'first response of a new named sandbox, median', ours: milliseconds(createMs), ...against },
  ]
}
