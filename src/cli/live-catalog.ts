import { resolve } from 'node:path'
import type { Api } from '../catalog/api.ts'
import type { ContractFile } from '../contract-files/load.ts'
import { type CatalogOptions, type Catalogs, loadCatalog, warningOf } from './catalog.ts'
import type { ContractSource } from './contracts.ts'
import { reportSchemas } from './report-schemas.ts'

type ChangeHandler = (catalogs: Catalogs) => void | Promise<void>

/** An API with a contract of the user, and the version of it. */
interface Known {
  api: Api
  source: string
  file: ContractFile
  warning: string | undefined
}

/** The APIs of a server, whose contracts may change while it runs. */
export interface LiveCatalog {
  catalogs: Catalogs
  /** Sets what receives the catalogs after each change. Earlier changes wait for it. To be called once. */
  onChange: (handle: ChangeHandler) => void
  /** Warns about unusable schemas of the contracts. Takes time, so call it once the server is ready. */
  reportSchemas: () => Promise<void>
  close: () => void
}

/**
 * Loads the APIs like `loadCatalog`, and again after each change of a local contract or of the configuration.
 * APIs that have not changed stay the same objects. If a contract is not usable, its last usable version
 * stays. Prints what happened.
 * @throws {UserError} like `loadCatalog`
 */
export async function openCatalog(given: CatalogOptions): Promise<LiveCatalog> {
  const [{ findConfig }, { contractApi }, { watchContracts }] = await Promise.all([
    import('../catalog/config.ts'),
    import('../catalog/contract-api.ts'),
    import('./watch-contracts.ts'),
  ])
  // Looked for once, because editors remove a file for a moment when they save.
  const config = given.config ?? findConfig()
  const options = { ...given, ...(config !== undefined && { config }) }
  const apis = new Map<string, Known>()
  const contracts = watchContracts(reload)
  const handler = Promise.withResolvers<ChangeHandler>()
  let served: readonly Api[] = []
  /** The paths that have changed since the last reload, which may have had to wait for further changes. */
  const changed = new Set<string>()

  /** Returns the API of the current version of a contract. */
  async function readApi({ name, source }: ContractSource): Promise<Api> {
    const known = apis.get(name)
    try {
      const file = await contracts.read(source)
      if (known?.file === file) return known.api
      const warning = warningOf(file)
      if (warning !== undefined && warning !== known?.warning) console.error(warning)
      const api = contractApi(name, file)
      apis.set(name, { api, source, file, warning })
      return api
    } catch (error) {
      if (!known) throw error
      console.error(`error: ${(error as Error).message} The last version of ${name} stays in use.`)
      return known.api
    }
  }

  async function reload(paths: ReadonlySet<string>): Promise<void> {
    for (const path of paths) changed.add(path)
    // A change before the server is ready would be lost otherwise.
    const handleChange = await handler.promise
    const before = new Map(apis)
    try {
      const catalogs = await loadCatalog(options, readApi)
      for (const name of before.keys()) if (!catalogs.all.find(name)) apis.delete(name)
      // Such as when a file cannot be used: open pages would reload for nothing.
      if (hasSame(catalogs.chosen.apis, served)) return
      await handleChange(catalogs)
      served = catalogs.chosen.apis
    } catch (error) {
      // Even an unforeseen error must not end a server that has the state of its users.
      console.error(`error: ${(error as Error).message} Nothing was reloaded.`)
      apis.clear()
      for (const [name, known] of before) apis.set(name, known)
      return
    }
    const reasonOf = ({ source }: Known) =>
      describeFiles(contracts.namesIn(source, changed)) ?? config ?? source
    for (const text of describeChanges(before, apis, reasonOf)) console.log(text)
    changed.clear()
    const reloaded = [...apis].filter(([name, { file }]) => before.get(name)?.file !== file)
    await reportSchemas(reloaded.map(([, { file }]) => file))
  }

  if (config !== undefined) contracts.add(resolve(config))
  try {
    const catalogs = await loadCatalog(options, readApi)
    served = catalogs.chosen.apis
    return {
      catalogs,
      onChange: handler.resolve,
      reportSchemas: () => reportSchemas([...apis.values()].map(({ file }) => file)),
      close: contracts.close,
    }
  } catch (error) {
    contracts.close()
    throw error
  }
}

const hasSame = (a: readonly Api[], b: readonly Api[]) =>
  a.length === b.length && a.every((api, index) => api === b[index])

type Apis = ReadonlyMap<string, Known>

/** @param reasonOf returns the files by which an API has changed */
function describeChanges(before: Apis, after: Apis, reasonOf: (api: Known) => string): string[] {
  return [
    ...[...after].flatMap(([name, api]) => {
      const earlier = before.get(name)
      if (earlier?.file === api.file) return []
      return earlier ? `Reloaded ${name}: ${reasonOf(api)} changed.` : `Added ${name} from ${api.file.shown}.`
    }),
    ...[...before.keys()].filter((name) => !after.has(name)).map((name) => `Removed ${name}.`),
  ]
}

/** A change of branches can change hundreds of files. */
function describeFiles([first, second, ...others]: string[]): string | undefined {
  if (second === undefined) return first
  return others.length > 0 ? `${first} and ${others.length + 1} other files` : `${first} and ${second}`
}
