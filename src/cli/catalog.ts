import type { Command } from 'commander'
import type { Api, Catalog } from '../catalog/api.ts'
import { controls } from '../common/controls.ts'
import { unknownName } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import type { ContractFile } from '../contract-files/load.ts'
import { loadBuiltIn } from './built-in.ts'
import { type ContractSource, readContractOptions } from './contracts.ts'

/** The values of `--contract` and `--config`. */
export interface CatalogOptions {
  contract: string[]
  config?: string
}

/** Adds the options that name contracts of the user to a command. */
export function withContractOptions(command: Command): Command {
  return command
    .option(
      '--contract <[name=]file>',
      'your own OpenAPI document, as a file or URL; can be repeated',
      (text: string, earlier: string[]) => [...earlier, text],
      [],
    )
    .option('--config <file>', 'configuration file (default: auth-contracts.config.ts, .js, .mjs or .json)')
}

export interface Catalogs {
  /** To find an API by its name. */
  all: Catalog
  /** The APIs that a command is about that is not about one: those of the user, or else all. */
  chosen: Catalog
}

/**
 * Loads the APIs of this package and those with a contract of the user, which options or a configuration file
 * name. Dynamic imports, so that `--help` works without the generated files.
 * @param readApi reads the contract of an API
 * @throws {UserError} if a contract or the configuration is not usable, or a file of `generated/` is missing
 */
export async function loadCatalog(
  options: CatalogOptions,
  readApi: (source: ContractSource) => Promise<Api> = readContractApi,
): Promise<Catalogs> {
  const [{ createCatalog }, { builtInApis }] = await Promise.all([import('../catalog/api.ts'), loadBuiltIn()])
  const builtIn = builtInApis()
  const { sources, apis } = await readSources(options)
  for (const { name, source } of sources)
    if (name === controls || builtIn.some((api) => api.name === name))
      throw new UserError(
        `${name} is a name that this package uses itself. Give ${source} another one${
          options.contract.length > 0 ? `: --contract my-${name}=${source}` : ' in the configuration file.'
        }`,
      )
  const own = await Promise.all(sources.map(readApi))
  const all = createCatalog([...builtIn, ...own])
  const chosen = [...own, ...apis.map((name) => findApi(all, name))]
  return { all, chosen: chosen.length > 0 ? createCatalog([...new Set(chosen)]) : all }
}

/**
 * Reads the contracts of the user and the APIs of this package that the options, or else the configuration
 * file, name.
 * @throws {UserError} if an option or the configuration is not usable
 */
export async function readSources({
  contract,
  config: file,
}: CatalogOptions): Promise<{ sources: ContractSource[]; apis: string[] }> {
  const { readConfig } = await import('../catalog/config.ts')
  const { contracts, apis } = await readConfig(file)
  return { sources: contract.length > 0 ? readContractOptions(contract) : contracts, apis }
}

/**
 * Finds the API with the name given on the command line.
 * @throws {UserError} with the available names if there is no such API
 */
export function findApi(catalog: Catalog, name: string | undefined): Api {
  const api = catalog.find(name)
  if (api) return api
  const { names } = catalog
  throw new UserError(
    name ? unknownName('API', name, names) : `Pass the name of an API: ${names.join(', ')}.`,
  )
}

/**
 * Finds the API that a command is about. Without a name, it is the only one of the user.
 * @throws {UserError} with the available names if there is no such API, or none is named
 */
export const loadApi = async (name: string | undefined, options: CatalogOptions): Promise<Api> =>
  chooseApi(name, await loadCatalog(options))

/** Like `loadApi`, of catalogs that are loaded. */
export function chooseApi(name: string | undefined, { all, chosen }: Catalogs): Api {
  const [only, ...others] = chosen.apis
  return name === undefined && only && others.length === 0 ? only : findApi(all, name)
}

async function readContractApi({ name, source }: ContractSource): Promise<Api> {
  const [{ contractApi }, { loadContractFile }] = await Promise.all([
    import('../catalog/contract-api.ts'),
    import('../contract-files/load.ts'),
  ])
  const file = await loadContractFile(source)
  const warning = warningOf(file)
  if (warning !== undefined) console.error(warning)
  return contractApi(name, file)
}

/** Describes what was changed in a contract. */
export function warningOf({ warnings: [first, ...others] }: ContractFile): string | undefined {
  if (!first) return undefined
  const more = others.length > 0 ? ` (and ${others.length} more like it)` : ''
  return `warning: ${first.location.file}:${first.location.line} ${first.message}${more}`
}

/** @throws {UserError} if the configuration names a contract so, which has no server */
export async function rejectOwnContract(name: string): Promise<void> {
  const { sources } = await readSources({ contract: [] })
  if (sources.some((source) => source.name === name))
    throw new UserError(`${name} has a contract but no server. Try: npx auth-contracts mock ${name}`)
}
