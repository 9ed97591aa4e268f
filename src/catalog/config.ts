import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import module from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UserError } from '../common/user-error.ts'
import { contractNameRule, isContractName } from './contract-name.ts'

/** The configuration of a project, `auth-contracts.config.ts`, `.js` or `.json`. */
export interface Config {
  /** The contracts of the project by name: paths relative to this file, or URLs. */
  contracts?: Record<string, string>
  /** The APIs of auth-contracts to serve as well, by name. None if there are contracts, or else all. */
  apis?: string[]
}

/**
 * Types the configuration of a project.
 * @example
 * // auth-contracts.config.ts
 * import { defineConfig } from 'auth-contracts/config'
 *
 * export default defineConfig({
 *   contracts: { acme: './openapi.yaml' },
 * })
 */
export const defineConfig = (config: Config): Config => config

/** The names of the file, in the order in which they are looked for. */
const fileNames = ['ts', 'mts', 'js', 'mjs', 'json'].map((extension) => `auth-contracts.config.${extension}`)

const yamlNames = ['yaml', 'yml'].map((extension) => `auth-contracts.config.${extension}`)

/** Returns the name of the configuration file in the working directory, if there is one. */
export const findConfig = (): string | undefined => fileNames.find((name) => existsSync(name))

/** A configuration that was read: paths are relative to the working directory. */
interface ReadConfig {
  contracts: { name: string; source: string }[]
  apis: string[]
}

/**
 * Reads the configuration.
 * @param file its path. By default, it is looked for in the working directory, and may be missing.
 * @throws {UserError} if the file is missing, cannot be loaded, or has a wrong field
 */
export async function readConfig(file?: string): Promise<ReadConfig> {
  const found = file ?? findConfig()
  if (found === undefined) {
    rejectYaml(yamlNames.find((name) => existsSync(name)))
    return { contracts: [], apis: [] }
  }
  rejectYaml(found)
  const path = resolve(found)
  if (!existsSync(path)) throw new UserError(`${found}: no such file or folder. Check the path.`)
  const config = await load(path).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${found} cannot be loaded: ${reasonOf(error)}`, { cause: error })
  })
  return check(config, found, dirname(path))
}

/** @throws {UserError} if the configuration is in YAML, which would be ignored otherwise */
function rejectYaml(name: string | undefined): void {
  if (name !== undefined && /\.ya?ml$/.test(name))
    throw new UserError(`${name} is not read. Write the configuration as .ts, .js, .mjs or .json.`)
}

async function load(path: string): Promise<unknown> {
  if (path.endsWith('.json')) return JSON.parse(await readFile(path, 'utf8'))
  // Node caches modules by their URL, and the file can change.
  const { mtimeMs } = await stat(path)
  const url = `${pathToFileURL(path).href}?${mtimeMs}`
  const hooks = path.endsWith('.ts') ? loadAsModule(url) : undefined
  try {
    return (await import(url)).default
  } finally {
    hooks?.deregister()
  }
}

/**
 * Makes Node load TypeScript as an ES module. Without `"type": "module"` in package.json, it would expect
 * CommonJS, or warn that it had to guess. Node 20, which has no hooks, cannot load TypeScript anyway.
 */
const loadAsModule = (wanted: string) =>
  module.registerHooks?.({
    load: (url, context, next) =>
      next(url, url === wanted ? { ...context, format: 'module-typescript' } : context),
  })

/** Node strips types since 22.18. */
function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return 'TypeScript needs Node 22.18 or later. Update Node, or write it as .mjs or .json.'
  return `${message.split('\n')[0]?.replace(/\.$/, '')}.`
}

function check(config: unknown, file: string, folder: string): ReadConfig {
  const wrong = (problem: string) => new UserError(`${file}: ${problem}`)
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw wrong('it has no configuration. Write: export default { contracts: { acme: "./openapi.yaml" } }')
  const { contracts = {}, apis = [], $schema: _, ...others } = config as Record<string, unknown>
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw wrong(`${unknown} is not a field. Fields are contracts and apis.`)
  if (!isTextArray(apis)) throw wrong('apis must be a list of names.')
  if (typeof contracts !== 'object' || contracts === null || Array.isArray(contracts))
    throw wrong('contracts must be an object: { acme: "./openapi.yaml" }.')
  const sources = Object.entries(contracts).map(([name, source]) => {
    if (typeof source !== 'string' || source === '')
      throw wrong(`contracts.${name} must be the path or URL of an OpenAPI document.`)
    if (!isContractName(name))
      throw wrong(`the contract name ${JSON.stringify(name)} is not usable. ${contractNameRule}`)
    return { name, source: /^\w+:\/\//.test(source) ? source : relative('', join(folder, source)) }
  })
  return { contracts: sources, apis }
}

const isTextArray = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
