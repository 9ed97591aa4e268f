import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const mainFile = fileURLToPath(new URL('../../src/cli/auth-contracts.js', import.meta.url))

/** What a command said and how it ended. */
export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs the command line as a user would, to its end. */
export async function run(args: string[], cwd?: string, main?: string, flags?: string[]): Promise<Outcome> {
  return collect(start(args, cwd, main, flags))
}

/** Runs a command that serves, until it has said where. */
export async function runServer(args: string[], flags?: string[]) {
  const child = start(args, undefined, mainFile, flags)
  const ended = collect(child)
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk
      const [, found] = /ready: (\S+)/.exec(said) ?? []
      if (found) resolve(found)
    })
    ended.then(({ stderr }) => reject(new Error(`the server ended: ${stderr}`)))
  })
  return {
    url,
    stop: async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> => {
      child.kill(signal)
      return ended
    },
  }
}

/** Flags that make this Node know as little of TypeScript as an older one. */
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
