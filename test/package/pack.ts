import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

export const root = resolve(import.meta.dirname, '../..')

/** The paths of both tarballs. */
export interface Tarballs {
  /** The package `auth-contracts`. */
  main: string
  /** The package `auth-contracts-client`. */
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
  promisify(execFile)('npm', args, { cwd, env: cleanEnvironment(), shell: process.platform === 'win32' })

/** Variables that npm and Vitest set for this run, except for npm's configuration and cache. */
const runVariables = /^(npm_(?!config_(userconfig|globalconfig|cache)$)|NODE_ENV$|VITEST|NODE_OPTIONS$)/i

/** Returns the environment without the variables of this test run. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !runVariables.test(name)))
}

export interface Manifest {
  version: string
  bin: Record<string, string>
  exports: Record<string, string | { types: string; default: string }>
  dependencies: Record<string, string>
}

/** Reads the package.json of a folder. */
export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
