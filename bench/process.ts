import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

export const root = resolve(import.meta.dirname, '..')

const environment = { ...process.env, REDOCLY_TELEMETRY: 'off', SCARF_ANALYTICS: 'false' }

/** Runs Node in the root of the repository, without output. `args` are the arguments of `node`. */
export function startNode(args: string[]): ChildProcess {
  return spawn(process.execPath, args, { cwd: root, stdio: 'ignore', env: environment })
}

/**
 * Runs Node until it exits.
 * @returns the wall time in milliseconds
 * @throws {Error} with its output if the exit code is not 0
 */
export async function timeNode(args: string[]): Promise<number> {
  const start = performance.now()
  await promisify(execFile)(process.execPath, args, { cwd: root, env: environment })
  return performance.now() - start
}

/** Stops a child process, and waits for its exit. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** Repeats a request until the response is a 200, for at most 30 seconds. */
export async function waitForOk(request: () => Promise<Response>): Promise<void> {
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
  throw new Error('There was no 200 response within 30 seconds.')
}

/** Returns a port that was free a moment ago, for peers that cannot pick one themselves. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('No free port')
  return address.port
}
