import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ownEnvironment } from './pack.ts'

export type Consumer = Awaited<ReturnType<typeof createConsumer>>

/**
 * An empty project outside the repository, with a home and a folder for temporary files of its own.
 * @param base the folder that it is made in; projects in the same one share the caches of package managers
 * @param files its files, by path
 */
export async function createConsumer(base: string, files: Record<string, string> = {}) {
  const folder = await mkdtemp(join(base, 'consumer-'))
  const env: NodeJS.ProcessEnv = {
    ...ownEnvironment(),
    HOME: join(base, 'home'),
    USERPROFILE: join(base, 'home'),
    TMPDIR: join(base, 'tmp'),
    npm_config_fund: 'false',
    npm_config_audit: 'false',
    npm_config_update_notifier: 'false',
    NEXT_TELEMETRY_DISABLED: '1',
    CI: 'true',
  }
  for (const name of ['home', 'tmp']) await mkdir(join(base, name), { recursive: true })

  const write = async (more: Record<string, string>) => {
    for (const [path, text] of Object.entries(more)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
  }
  await write({ 'package.json': '{ "private": true, "type": "module" }\n', ...files })

  /**
   * Runs a command to its end.
   * @param node the folder of the Node to run it with; the one of the tests by default
   * @returns what it printed
   * @throws with the output when it fails
   */
  const run = async (
    command: string,
    args: string[],
    { node = dirname(process.execPath), cwd = '' } = {},
  ) => {
    const path = [node, join(folder, 'node_modules/.bin'), env.PATH].join(delimiter)
    const options = { cwd: join(folder, cwd), env: { ...env, PATH: path }, maxBuffer: 2 ** 26 }
    const { stdout, stderr } = await promisify(execFile)(command, args, options).catch((error) => {
      throw new Error(`${command} ${args.join(' ')} failed:\n${error.stdout}\n${error.stderr}`)
    })
    return { stdout, stderr }
  }

  /**
   * Runs a command that serves, asks it something, and ends it.
   * @param paths below the address that it prints
   * @returns the statuses of the answers
   */
  const ask = async (command: string, args: string[], paths: string[]) => {
    const path = [dirname(process.execPath), env.PATH].join(delimiter)
    // A group of its own, since package managers run the command in a process below them.
    const child = spawn(command, args, { cwd: folder, env: { ...env, PATH: path }, detached: true })
    let output = ''
    try {
      const url = await new Promise<string>((resolve, reject) => {
        const read = (chunk: Buffer) => {
          output += chunk
          const [, found] = /ready: (\S+)/.exec(output) ?? []
          if (found) resolve(found)
        }
        child.stdout.on('data', read)
        child.stderr.on('data', read)
        child.once('error', reject)
        child.once('close', () => reject(new Error(`${command} ${args.join(' ')} ended:\n${output}`)))
      })
      return await Promise.all(paths.map(async (below) => (await fetch(`${url}${below}`)).status))
    } finally {
      if (child.pid && child.exitCode === null) {
        const ended = once(child, 'close')
        process.kill(-child.pid, 'SIGTERM')
        await ended
      }
    }
  }

  return { folder, write, run, ask }
}

/** A folder for projects, and how to remove it. */
export async function createBase() {
  const base = await mkdtemp(join(tmpdir(), 'consumers-'))
  return { base, remove: () => rm(base, { recursive: true, force: true, maxRetries: 3 }) }
}
