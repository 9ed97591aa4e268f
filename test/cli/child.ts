import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** Says when something is to end. */
export type AtEnd = (end: () => Promise<void>) => void

/** A folder that is gone with the test, unless `atEnd` says otherwise. */
export async function temporaryFolder(atEnd: AtEnd = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'serve-'))
  atEnd(() => rm(folder, { recursive: true }))
  return folder
}

/** A port that was free a moment ago, for what cannot choose one itself. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
}

const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env
/** No setting takes part but those that a test gives. */
export const bare = { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE, NO_COLOR: '1' }

/**
 * Runs the command line. It is killed with the test, unless it has ended by then or `atEnd` says otherwise.
 * @param program the real one, or one with an API that is made for tests
 * @param options.input what it reads
 */
export function start(
  args: string[],
  env: Record<string, string> = {},
  program: 'src/cli/auth-contracts.js' | 'test/cli/serve.child.ts' = 'test/cli/serve.child.ts',
  { input = '', atEnd = onTestFinished }: { input?: string; atEnd?: AtEnd } = {},
) {
  const child = spawn(process.execPath, [join(root, program), ...args], {
    cwd: root,
    env: { ...bare, ...env },
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

  /** Waits for a text in the output. @throws {Error} when the process ends without it */
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
      ended.then(() => fail(new Error(`It ended without ${pattern}: ${output}`)))
    })

  return {
    pid: child.pid,
    output: () => output,
    /** The exit status; null when a signal ended it. */
    ended,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    prints,
    /** Where it is, once it is ready. */
    url: async () => String((await prints(/ready: (http:\/\/[^\s"]+)/))[1]),
  }
}
