import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, root, stop, untilAnswered } from './process.ts'

export interface Served {
  url: string
  child: ChildProcess
  /** From the start of the process until it said that it is ready. */
  readyMs: number
  folder: string
  stop: () => Promise<void>
}

/** What production mode asks for. Clients come from many addresses, which a proxy on this machine tells. */
const production = {
  SECRETS: 'a-secret-for-benchmarks-0123456789-abcdefghijklmnop',
  WEB_URL: 'http://localhost:3000',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'bench@example.com',
  TRUSTED_PROXIES: '127.0.0.1',
}

/** One API in production mode, with its data in a folder that is gone afterwards. */
export async function serve(
  variant: string,
  { args = [], env = {}, folder }: { args?: string[]; env?: Record<string, string>; folder?: string } = {},
): Promise<Served> {
  const own = folder ?? (await mkdtemp(join(tmpdir(), 'auth-contracts-bench-')))
  const port = await freePort()
  const begin = performance.now()
  const child = spawn(
    process.execPath,
    ['src/cli/main.ts', 'serve', variant, '--production', '--port', String(port), '--data', own, ...args],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...production, PUBLIC_URL: `http://localhost:${port}`, ...env },
    },
  )
  const url = `http://127.0.0.1:${port}`
  await untilAnswered(() => fetch(`${url}/readyz`))
  return {
    url,
    child,
    readyMs: performance.now() - begin,
    folder: own,
    async stop() {
      await stop(child)
      if (folder === undefined) await rm(own, { recursive: true, force: true })
    },
  }
}

/** A peer: a script of this folder that takes its port and a folder. */
export async function servePeer(script: string, probe: string): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-bench-'))
  const port = await freePort()
  const begin = performance.now()
  const child = spawn(process.execPath, [join(root, 'bench', script), String(port), folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const url = `http://127.0.0.1:${port}`
  await untilAnswered(() => fetch(url + probe))
  return {
    url,
    child,
    readyMs: performance.now() - begin,
    folder,
    async stop() {
      await stop(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Of a process on Linux, in MiB. */
export async function residentMiB(child: ChildProcess): Promise<number> {
  const { readFile } = await import('node:fs/promises')
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}
