import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { servedNames } from '../test/support/served.ts'
import { root } from './process.ts'
import { type Figure, median, milliseconds } from './table.ts'

const run = promisify(execFile)
const rounds = 5
const goalMs = 700

/** Measures `startSandbox()` in a new process, with the import of the module. */
export async function measureTesting(): Promise<Figure[]> {
  // Users run the built module, without the time to strip types.
  await run(process.execPath, ['build/main.ts'], { cwd: root })
  const samples: Sample[] = []
  for (let round = 0; round < rounds; round++)
    for (const name of servedNames) samples.push(await startOnce(name))
  const wallMs = median(samples.map((sample) => sample.wallMs))
  const cpuMs = median(samples.map((sample) => sample.cpuMs))
  return [
    {
      what: `startSandbox() of auth-contracts/testing with its import, median of all APIs (CPU time: ${milliseconds(cpuMs)})`,
      ours: milliseconds(wallMs),
      peer: 'none',
      ratio: '',
      goal: `under ${milliseconds(goalMs)}`,
      met: wallMs < goalMs,
    },
  ]
}

interface Sample {
  wallMs: number
  cpuMs: number
}

const program = `
const [start, cpu] = [performance.now(), process.cpuUsage()]
const { startSandbox } = await import('./dist/src/testing/index.js')
const sandbox = await startSandbox(process.argv[1])
const { user, system } = process.cpuUsage(cpu)
console.log(JSON.stringify({ wallMs: performance.now() - start, cpuMs: (user + system) / 1000 }))
await sandbox.stop()
`

async function startOnce(name: string): Promise<Sample> {
  const args = ['--input-type=module', '--eval', program, name]
  const { stdout } = await run(process.execPath, args, { cwd: root })
  return JSON.parse(stdout)
}
