import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { on } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, root, stop, waitForOk } from './process.ts'

export interface RunningServer {
  url: string
  child: ChildProcess
  /** Milliseconds from process start to the first 200 of the probe. */
  readyMs: number
  stop: () => Promise<void>
}

/**
 * The settings that production mode requires. `X-Forwarded-For` is trusted, so that clients have many IP
 * addresses.
 */
export const production = {
  SECRETS: randomBytes(32).toString('base64'),
  WEB_URL: 'http://localhost:3000',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'bench@example.com',
  TRUSTED_PROXIES: '127.0.0.1',
}

// Cleaned up if the run is aborted.
const children = new Set<ChildProcess>()
const folders = new Set<string>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

/** Creates a folder that is removed after the run at the latest. */
export async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-bench-'))
  folders.add(folder)
  return folder
}

export interface ServeOptions {
  /** Additional arguments of `serve`. */
  args?: string[]
  /** The folder of the data; a temporary one by default. */
  folder?: string
  /** Additional environment variables. */
  env?: Record<string, string>
  /** Whether the server reports its CPU time, which needs a preloaded module. */
  reportsCpu?: boolean
}

/** Starts the server of one API in production mode. */
export const serve = (
  variant: string,
  { args = [], folder, env = {}, reportsCpu }: ServeOptions = {},
): Promise<RunningServer> =>
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

/** Starts the development server of one API, with its data in memory. */
export const serveInDevelopment = (variant: string): Promise<RunningServer> =>
  start('/readyz', {}, (port) => ({
    args: ['src/cli/auth-contracts.js', 'serve', variant, '--memory', '--port', String(port)],
    env: { LOG_LEVEL: 'error' },
  }))

/** Starts a peer, which is a script of this folder with the arguments port and folder. */
export const servePeer = (
  script: string,
  { probe, env, ...options }: { probe: string } & Pick<ServeOptions, 'env' | 'folder' | 'reportsCpu'>,
): Promise<RunningServer> =>
  start(probe, options, (port, data) => ({
    args: [join('bench', script), String(port), data],
    env: { NODE_ENV: 'production', ...env },
  }))

export const serveBetterAuth = (options: { folder?: string } = {}): Promise<RunningServer> =>
  servePeer('better-auth-server.js', { probe: '/api/auth/ok', ...options })

async function start(
  probe: string,
  { folder, reportsCpu }: { folder?: string | undefined; reportsCpu?: boolean | undefined },
  command: (port: number, folder: string) => { args: string[]; env: Record<string, string> },
): Promise<RunningServer> {
  const data = folder ?? (await createFolder())
  const port = await freePort()
  const { args, env } = command(port, data)
  const begin = performance.now()
  const child = startChild(args, { env, reportsCpu })
  const url = `http://127.0.0.1:${port}`
  await waitForOk(() => fetch(url + probe))
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

/** Runs Node in the root of the repository. The process is killed after the run at the latest. */
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
 * Sends a message to a child process with `reportsCpu`, and waits for its response.
 * @throws {Error} if there is no response within a minute
 */
export async function requestFromChild<Response extends object>(
  child: ChildProcess,
  message: string | number,
): Promise<Response> {
  const messages = on(child, 'message', { signal: AbortSignal.timeout(60_000) })
  child.send(message)
  for await (const [response] of messages) if (typeof response === 'object') return response
  throw new Error('The child process has exited.')
}

/** Returns the resident memory of a process in MB (Linux only). */
export async function residentMB({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6
}
