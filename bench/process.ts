import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

export const root = resolve(import.meta.dirname, '..')

const environment = { ...process.env, REDOCLY_TELEMETRY: 'off', SCARF_ANALYTICS: 'false' }

/** A child of this same Node in the repository's root, whose output nobody reads. Arguments are those of `node`. */
export function startNode(args: string[]): ChildProcess {
  return spawn(process.execPath, args, { cwd: root, stdio: 'ignore', env: environment })
}

/** Runs to the end and returns the wall time in milliseconds. Throws what it said when its exit code is not 0. */
export async function timeNode(args: string[]): Promise<number> {
  const start = performance.now()
  await promisify(execFile)(process.execPath, args, { cwd: root, env: environment })
  return performance.now() - start
}

/** Ends a child and waits until it is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** Repeats the request until it answers 200, for at most 30 seconds. */
export async function untilAnswered(request: () => Promise<Response>): Promise<void> {
  for (const deadline = performance.now() + 30_000; performance.now() < deadline; ) {
    const status = await request().then(
      async (response) => {
        await response.arrayBuffer()
        return response.status
      },
      () => undefined,
    )
    if (status === 200) return
    await sleep(5)
  }
  throw new Error('No answer with status 200 within 30 seconds')
}

/** A port that was free a moment ago, for peers that cannot pick one themselves. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('No free port')
  return address.port
}
