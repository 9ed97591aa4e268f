import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { inject } from 'vitest'

export const root = resolve(import.meta.dirname, '../..')

/** The paths of both tarballs. */
export interface Tarballs {
  /** The package `auth-contracts`. */
  main: string
  /** The package `auth-contracts-client`. */
  client: string
}

/** Builds and packs the packages once per run. Later calls wait for the first one. */
export async function pack(): Promise<Tarballs> {
  const folder = join(inject('sharedFolder'), 'tarballs')
  const lock = `${folder}.lock`
  while (!existsSync(folder)) {
    if (!(await canCreate(lock))) {
      await setTimeout(200)
      continue
    }
    try {
      if (!existsSync(folder)) await packInto(folder, join(lock, 'tarballs'))
    } finally {
      await rm(lock, { recursive: true })
    }
  }
  const [client = '', main = ''] = globSync('*.tgz', { cwd: folder })
    .sort()
    .reverse()
    .map((name) => join(folder, name))
  return { main, client }
}

async function packInto(folder: string, unfinished: string): Promise<void> {
  await mkdir(unfinished)
  await npm(['pack', '--pack-destination', unfinished], root)
  await npm(['pack', './dist/client', '--pack-destination', unfinished], root)
  await rename(unfinished, folder)
}

/** Creates a folder unless it exists. */
const canCreate = (folder: string) =>
  mkdir(folder).then(
    () => true,
    () => false,
  )

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
  peerDependencies?: Record<string, string>
}

/** Reads the package.json of a folder. */
export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
