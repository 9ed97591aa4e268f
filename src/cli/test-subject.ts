import { UserError } from '../common/user-error.ts'
import type { ConformanceOptions } from '../conformance/index.ts'
import { loadCatalog, resolveVariant } from './catalog.ts'

/** The part of the options of a run that says what is tested. */
export type Subject = Pick<
  ConformanceOptions,
  'contract' | 'adapter' | 'hooks' | 'packs' | 'operations' | 'otherContracts'
> & { contract: ConformanceOptions['contract'] }

/** Reads what to test: the contract, the adapter, the hooks and the selection. */
export async function readSubject(
  api: string | undefined,
  { contract: source, hooks: hooksFile, only }: { contract?: string; hooks?: string; only?: string[] },
): Promise<Subject> {
  const { loadContract } = await import('../conformance/contract/load.ts')
  if (api !== undefined && source !== undefined)
    throw new UserError(`Pass either the API ${api} or --contract ${source}, not both.`)
  const known = source === undefined ? await readKnown(api) : { contract: await loadContract(source) }
  const { loadHooks } = await import('../conformance/load-hooks.ts')
  const hooks = hooksFile === undefined ? undefined : await loadHooks(hooksFile)
  return { ...known, ...(await readSelection(known.contract, only)), ...(hooks && { hooks }) }
}

/** Reads the contract of an API of this package, and what the kit knows about it. */
async function readKnown(api: string | undefined): Promise<Subject> {
  if (api === undefined) {
    const { variantNames } = await loadCatalog()
    throw new UserError(
      `Pass the name of an API (${variantNames.join(', ')}), or a contract with --contract <file>.`,
    )
  }
  const variant = await resolveVariant(api)
  const { contractUrl, variantNames } = await loadCatalog()
  const { loadContract } = await import('../conformance/contract/load.ts')
  const { adapters } = await import('../conformance/variants/index.ts')
  const adapter = adapters[variant]
  return {
    contract: await loadContract(contractUrl(variant), variant),
    ...(adapter && { adapter }),
    otherContracts: () =>
      Promise.all(
        variantNames.filter((name) => name !== variant).map((name) => loadContract(contractUrl(name), name)),
      ),
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
      `--only ${unknown} is neither a pack (${packs.join(', ')}) nor an operation (${ids.join(', ')}).`,
    )
  const chosenPacks = packs.filter((pack) => only.includes(pack))
  const chosenIds = ids.filter((id) => only.includes(id))
  return {
    ...(chosenPacks.length > 0 && { packs: chosenPacks }),
    ...(chosenIds.length > 0 && { operations: chosenIds }),
  }
}
