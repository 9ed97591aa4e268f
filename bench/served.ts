import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { on } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, root, stop, untilAnswered } from './process.ts'

export interface Served {
  url: string
  child: ChildProcess
  /** From the start of the process until it answered its probe. */
  readyMs: number
  stop: () => Promise<void>
}

/** What production mode asks for. Clients come from many addresses, which a proxy on this machine tells. */
export const production = {
  SECRETS: randomBytes(32).toString('base64'),
  WEB_URL: 'http://localhost:3000',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'bench@example.com',
  TRUSTED_PROXIES: '127.0.0.1',
}

/** What has to go if the run ends before its time. */
const children = new Set<ChildProcess>()
const folders = new Set<string>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

/** A folder for data, gone after the run at the latest. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-bench-'))
  folders.add(folder)
  return folder
}

export interface ServeOptions {
  /** Further flags of `serve`. */
  args?: string[]
  /** Where the data stays. Without it, a temporary folder. */
  folder?: string
  /** Further settings. */
  env?: Record<string, string>
  /** Whether the server reports its CPU time. Off by default, since it costs a preloaded module. */
  reportsCpu?: boolean
}

/** One API in production mode. */
export const serve = (
  variant: string,
  { args = [], folder, env = {}, reportsCpu }: ServeOptions = {},
): Promise<Served> =>
  start('/readyz', { folder, reportsCpu }, (port, data) => ({
    args: [
      ...[
        'src/cli/auth-contracts.js',
        'serve',
        variant,
        '--production',
        '--port',
        String(port),
        '--data',
        data,
      ],
      ...args,
    ],
    env: { ...production, PUBLIC_URL: `http://localhost:${port}`, ...env },
  }))

/** A peer: a script of this folder that takes its port and a folder. */
export const servePeer = (
  script: string,
  { probe, ...options }: { probe: string } & Pick<ServeOptions, 'folder' | 'reportsCpu'>,
): Promise<Served> =>
  start(probe, options, (port, data) => ({
    args: [join('bench', script), String(port), data],
    env: { NODE_ENV: 'production' },
  }))

export const serveBetterAuth = (options: { folder?: string } = {}): Promise<Served> =>
  servePeer('better-auth-server.js', { probe: '/api/auth/ok', ...options })

async function start(
  probe: string,
  { folder, reportsCpu }: { folder?: string | undefined; reportsCpu?: boolean | undefined },
  command: (port: number, folder: string) => { args: string[]; env: Record<string, string> },
): Promise<Served> {
  const data = folder ?? (await newFolder())
  const port = await freePort()
  const { args, env } = command(port, data)
  const begin = performance.now()
  const child = startChild(args, { env, reportsCpu })
  const url = `http://127.0.0.1:${port}`
  await untilAnswered(() => fetch(url + probe))
  return {
    url,
    child,
    readyMs: performance.now() - begin,
    async stop() {
      await stop(child)
      if (folder === undefined) rmSync(data, { recursive: true, force: true })
    },
  }
}

/** A child of this same Node in the repository's root, killed at the end of the run at the latest. */
export function startChild(
  args: string[],
  { env, reportsCpu = false }: { env: Record<string, string>; reportsCpu?: boolean | undefined },
): ChildProcess {
  const child = spawn(
    process.execPath,
    [...(reportsCpu ? ['--import', './bench/report-cpu.ts'] : []), ...args],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit', ...(reportsCpu ? (['ipc'] as const) : [])],
      env: { ...process.env, ...env },
    },
  )
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

/**
 * Sends a message to a child that `reportsCpu`, and waits for the answer, which is an object.
 * @throws {Error} when none comes within a minute
 */
export async function askChild<Answer extends object>(
  child: ChildProcess,
  message: string | number,
): Promise<Answer> {
  const messages = on(child, 'message', { signal: AbortSignal.timeout(60_000) })
  child.send(message)
  for await (const [answer] of messages) if (typeof answer === 'object') return answer
  throw new Error('The child has ended.')
}

/** Resident memory of a process on Linux, in MB. */
export async function residentMB({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6
}
