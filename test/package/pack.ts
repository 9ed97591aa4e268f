import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

export const root = resolve(import.meta.dirname, '../..')

/** Both tarballs, as they would be published. */
export interface Tarballs {
  /** Everything. */
  main: string
  /** The clients alone. */
  client: string
}

/** Builds the packages and packs them into a folder. */
export async function pack(folder: string): Promise<Tarballs> {
  await npm(['pack', '--pack-destination', folder], root)
  await npm(['pack', './dist/client', '--pack-destination', folder], root)
  const [client = '', main = ''] = globSync('*.tgz', { cwd: folder })
    .sort()
    .reverse()
    .map((name) => join(folder, name))
  return { main, client }
}

const npm = (args: string[], cwd: string) =>
  promisify(execFile)('npm', args, { cwd, env: ownEnvironment(), shell: process.platform === 'win32' })

/** What npm says to the script that it runs, and would say to the next npm; its settings and its cache are welcome there. */
const ofThisRun = /^(npm_(?!config_(userconfig|globalconfig|cache)$)|NODE_ENV$|VITEST|NODE_OPTIONS$)/i

/** The environment, without what is about this run. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofThisRun.test(name)))
}

export interface Manifest {
  version: string
  bin: Record<string, string>
  exports: Record<string, string | { types: string; default: string }>
  dependencies: Record<string, string>
}

/** The package.json in a folder. */
export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
