import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const mainFile = fileURLToPath(new URL('../../src/cli/auth-contracts.js', import.meta.url))

/** The output and exit code of a command. */
export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a command until it exits. */
export async function run(args: string[], cwd?: string, main?: string, flags?: string[]): Promise<Outcome> {
  return collect(start(args, cwd, main, flags))
}

/** Starts a server, and waits until it prints its URL. */
export async function runServer(args: string[], flags?: string[]) {
  const child = start(args, undefined, mainFile, flags)
  const exited = collect(child)
  const url = await new Promise<string>((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk
      const [, found] = /ready: (\S+)/.exec(output) ?? []
      if (found) resolve(found)
    })
    exited.then(({ stderr }) => reject(new Error(`the server exited: ${stderr}`)))
  })
  return {
    url,
    stop: async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> => {
      child.kill(signal)
      return exited
    },
  }
}

/** Flags that turn off TypeScript support, as in an old Node version. */
export const likeOldNode = ['--no-experimental-strip-types']

const start = (args: string[], cwd?: string, main = mainFile, flags: string[] = []) =>
  spawn(process.execPath, [...flags, main, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })

async function collect(child: ChildProcess): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}
