import type { Api } from '../catalog/api.ts'
import { sortBySimilarity } from '../common/similarity.ts'
import { UserError } from '../common/user-error.ts'
import type { ConformanceOptions } from '../conformance/index.ts'
import { type CatalogOptions, findApi, loadCatalog } from './catalog.ts'

/** The part of the options of a run that says what is tested. */
export type Subject = Pick<
  ConformanceOptions,
  'contract' | 'adapter' | 'hooks' | 'packs' | 'operations' | 'otherContracts'
> & { contract: ConformanceOptions['contract'] }

/** Reads what to test: the contract, the adapter, the hooks and the selection. */
export async function readSubject(
  name: string | undefined,
  { hooks: hooksFile, only, ...options }: CatalogOptions & { hooks?: string; only?: string[] },
): Promise<Subject> {
  const known = await readKnown(name, options)
  const { loadHooks } = await import('../conformance/load-hooks.ts')
  const hooks = hooksFile === undefined ? undefined : await loadHooks(hooksFile)
  return { ...known, ...(await readSelection(known.contract, only)), ...(hooks && { hooks }) }
}

/** Reads the contract of an API, and what the kit knows about it. */
async function readKnown(name: string | undefined, options: CatalogOptions): Promise<Subject> {
  const { all, chosen } = await loadCatalog(options)
  const [only, ...others] = chosen.apis
  if (name === undefined && others.length > 0)
    throw new UserError(
      `Pass the name of an API (${chosen.names.join(', ')}), or a contract with --contract <file>.`,
    )
  const api = name === undefined && only ? only : findApi(all, name)
  const [source] = options.contract
  if (source !== undefined && !chosen.apis.includes(api))
    throw new UserError(`Pass either the API ${api.name} or --contract ${source}, not both.`)
  const { loadContract } = await import('../conformance/contract/load.ts')
  const { adapters } = await import('../conformance/variants/index.ts')
  const adapter = api.server && adapters[api.server]
  const load = ({ contract, name }: Api) => loadContract(contract, name)
  return {
    contract: await load(api),
    ...(adapter && { adapter }),
    otherContracts: () => Promise.all(all.apis.filter((other) => other !== api).map(load)),
  }
}

async function readSelection(
  { operations }: Subject['contract'],
  only: string[] | undefined,
): Promise<Pick<Subject, 'packs' | 'operations'>> {
  if (!only) return {}
  const { packs } = await import('../conformance/test-case.ts')
  const ids = operations.map(({ id }) => id)
  const unknown = only.find((name) => !ids.includes(name) && !packs.some((pack) => pack === name))
  if (unknown !== undefined)
    throw new UserError(
      `--only ${unknown} is neither a pack (${packs.join(', ')}) nor an operation. Closest: ${sortBySimilarity(ids, unknown).slice(0, 5).join(', ')}.`,
    )
  const chosenPacks = packs.filter((pack) => only.includes(pack))
  const chosenIds = ids.filter((id) => only.includes(id))
  return {
    ...(chosenPacks.length > 0 && { packs: chosenPacks }),
    ...(chosenIds.length > 0 && { operations: chosenIds }),
  }
}
