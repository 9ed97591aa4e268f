import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder that all test files share, removed at the end of the run. */
    sharedFolder: string
  }
}

const root = resolve(import.meta.dirname, '../..')

/** The default output folders of commands. */
const defaultOutputs = ['.data', 'site']

/**
 * Isolates the run in a new home folder and a new temporary folder, so that files of the machine have no
 * influence. Fails the run when tests leave files or processes behind.
 */
export default async function setup(project: TestProject) {
  // On macOS, the temporary folder is a symbolic link, but programs print the real path.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'auth-contracts-test-')))
  const [home, temporary, shared] = await Promise.all([
    makeFolder(folder, 'home'),
    makeFolder(folder, 'tmp'),
    makeFolder(folder, 'shared'),
  ])
  // Tests that install packages need the npm configuration and cache of the machine.
  process.env.npm_config_userconfig ??= join(homedir(), '.npmrc')
  process.env.npm_config_cache ??= join(homedir(), '.npm')
  for (const name of ['HOME', 'USERPROFILE']) process.env[name] = home
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = temporary
  project.provide('sharedFolder', shared)
  const outputs = defaultOutputs.filter((name) => !existsSync(join(root, name)))

  return async () => {
    const files = [
      ...(await readdir(temporary)).map((name) => join(temporary, name)),
      ...outputs.map((name) => join(root, name)).filter(existsSync),
    ]
    const processes = await processesOf(temporary)
    await rm(folder, { recursive: true, force: true })
    const left = [...files, ...processes]
    if (left.length > 0) throw new Error(`Tests left these behind:\n${left.join('\n')}`)
  }
}

async function makeFolder(parent: string, name: string): Promise<string> {
  const path = join(parent, name)
  await mkdir(path)
  return path
}

/**
 * Finds processes that were started with this temporary folder (Linux only). Ignores the workers of Vitest,
 * which end later.
 */
async function processesOf(temporary: string): Promise<string[]> {
  const ids = await readdir('/proc').catch(() => [])
  const read = (id: string, file: string) => readFile(join('/proc', id, file), 'utf8').catch(() => '')
  const found = await Promise.all(
    ids
      .filter((id) => /^\d+$/.test(id))
      .map(async (id) => {
        if (!(await read(id, 'environ')).split('\0').includes(`TMPDIR=${temporary}`)) return []
        const command = (await read(id, 'cmdline')).replaceAll('\0', ' ').trim()
        return command === '' || command.includes('vitest') ? [] : [`process ${id}: ${command}`]
      }),
  )
  return found.flat()
}
