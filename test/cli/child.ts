import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** Registers a clean-up. */
export type AtEnd = (end: () => Promise<void>) => void

/** Creates a folder that is removed after the test, or by `atEnd`. */
export async function temporaryFolder(atEnd: AtEnd = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'serve-'))
  atEnd(() => rm(folder, { recursive: true }))
  return folder
}

/** Returns a port that was free a moment ago, for settings that do not accept 0. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
}

const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env
/** An environment without settings, so that only those of a test take effect. */
export const bareEnv = { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE, NO_COLOR: '1' }

/**
 * Runs the command line. The process is killed after the test, or by `atEnd`.
 * @param program the real command, or one with a fake API
 * @param options.input the standard input
 */
export function start(
  args: string[],
  env: Record<string, string> = {},
  program: 'src/cli/auth-contracts.js' | 'test/cli/serve.child.ts' = 'test/cli/serve.child.ts',
  { input = '', atEnd = onTestFinished }: { input?: string; atEnd?: AtEnd } = {},
) {
  const child = spawn(process.execPath, [join(root, program), ...args], {
    cwd: root,
    env: { ...bareEnv, ...env },
  })
  child.stdin.end(input)
  let output = ''
  let checks: (() => void)[] = []
  const read = (chunk: Buffer) => {
    output += chunk
    for (const check of checks) check()
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)))
  atEnd(async () => {
    child.kill('SIGKILL')
    await ended
  })

  /**
   * Waits for a text in the output.
   * @throws {Error} if the process ends without it
   */
  const prints = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((done, fail) => {
      const check = () => {
        const found = pattern.exec(output)
        if (!found) return
        checks = checks.filter((other) => other !== check)
        done(found)
      }
      checks.push(check)
      check()
      ended.then(() => fail(new Error(`The process ended without ${pattern}: ${output}`)))
    })

  return {
    pid: child.pid,
    output: () => output,
    /** The exit status; null if a signal ended the process. */
    ended,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    prints,
    /** Waits until the server is ready, and returns its URL. */
    url: async () => String((await prints(/ready: (http:\/\/[^\s"]+)/))[1]),
  }
}
