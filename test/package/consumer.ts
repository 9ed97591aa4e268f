import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { cleanEnvironment } from './pack.ts'

export type Consumer = Awaited<ReturnType<typeof createConsumer>>

/**
 * Creates an empty project outside the repository, with separate home and temporary folders.
 * @param base the parent folder; projects with the same one share the caches of package managers
 * @param files the texts of the project's files, by path
 */
export async function createConsumer(base: string, files: Record<string, string> = {}) {
  const folder = await mkdtemp(join(base, 'consumer-'))
  const env: NodeJS.ProcessEnv = {
    ...cleanEnvironment(),
    HOME: join(base, 'home'),
    USERPROFILE: join(base, 'home'),
    TMPDIR: join(base, 'tmp'),
    npm_config_fund: 'false',
    npm_config_audit: 'false',
    npm_config_update_notifier: 'false',
    NEXT_TELEMETRY_DISABLED: '1',
    CI: 'true',
    NO_COLOR: '1',
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
   * Runs a command until it exits.
   * @param node the folder of the Node binary; that of the tests by default
   * @param variables more environment variables
   * @throws {Error} with the output if it fails
   */
  const run = async (
    command: string,
    args: string[],
    { node = dirname(process.execPath), cwd = '', variables = {} } = {},
  ) => {
    const path = [node, join(folder, 'node_modules/.bin'), env.PATH].join(delimiter)
    const options = { cwd: join(folder, cwd), env: { ...env, ...variables, PATH: path }, maxBuffer: 2 ** 26 }
    const { stdout, stderr } = await promisify(execFile)(command, args, options).catch((error) => {
      throw new Error(`${command} ${args.join(' ')} failed:\n${error.stdout}\n${error.stderr}`)
    })
    return { stdout, stderr }
  }

  /**
   * Runs a command that starts a server.
   * @param ready matches the output of the ready server, with its URL as the first group
   */
  const start = async (command: string, args: string[], ready = /ready: (\S+)/) => {
    const path = [dirname(process.execPath), join(folder, 'node_modules/.bin'), env.PATH].join(delimiter)
    // A separate process group, because package managers run the command in a child process.
    const child = spawn(command, args, { cwd: folder, env: { ...env, PATH: path }, detached: true })
    let output = ''
    const stop = async () => {
      if (!child.pid || child.exitCode !== null) return
      const ended = once(child, 'close')
      process.kill(-child.pid, 'SIGTERM')
      await ended
    }
    try {
      const url = await new Promise<string>((resolve, reject) => {
        const read = (chunk: Buffer) => {
          output += chunk
          const [, found] = ready.exec(output) ?? []
          if (found) resolve(found)
        }
        child.stdout.on('data', read)
        child.stderr.on('data', read)
        child.once('error', reject)
        child.once('close', () => reject(new Error(`${command} ${args.join(' ')} exited:\n${output}`)))
      })
      return { url, stop }
    } catch (error) {
      await stop()
      throw error
    }
  }

  /**
   * Runs a command that starts a server, sends requests to it, and stops it.
   * @param paths the paths of the requests
   * @returns the statuses of the responses
   */
  const request = async (command: string, args: string[], paths: string[]) => {
    const { url, stop } = await start(command, args)
    try {
      return await Promise.all(paths.map(async (path) => (await fetch(`${url}${path}`)).status))
    } finally {
      await stop()
    }
  }

  return { folder, write, run, start, request }
}

/** Creates a folder for projects. */
export async function createBase() {
  const base = await mkdtemp(join(tmpdir(), 'consumers-'))
  return { base, remove: () => rm(base, { recursive: true, force: true, maxRetries: 3 }) }
}
