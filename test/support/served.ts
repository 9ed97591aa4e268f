import { existsSync } from 'node:fs'
import { type VariantName, variantNames } from '../../generated/index.ts'
import type { Adapter } from '../../src/conformance/variants/adapter.ts'
import { adapters } from '../../src/conformance/variants/index.ts'
import { isServed, type ServedName } from '../../src/variants/index.ts'

/** The APIs that have a server. */
export const servedNames = variantNames.filter(isServed) as [ServedName, ...ServedName[]]

/** The APIs with guides, which the questions about documentation search are about. */
export const guidedNames: VariantName[] = variantNames.filter((name) =>
  existsSync(new URL(`../../openapi/${name}/guides`, import.meta.url)),
)

/** The APIs with a sample app. */
export const demoNames: VariantName[] = variantNames.filter((name) =>
  existsSync(new URL(`../../src/demo/${name}/`, import.meta.url)),
)

/** Returns where the hub serves an API: its sandbox, or the mock of an API without a server. */
export const hubPathOf = (name: VariantName): string => `/${isServed(name) ? 'sandbox' : 'mock'}/${name}`

/** An adapter that has some operations. */
export type AdapterWith<Operation extends keyof Adapter> = Adapter &
  Required<Pick<Adapter, Operation>> & { name: ServedName }

/**
 * Returns the adapters of the APIs that have a server.
 * @param needed the operations that a test requires; APIs that lack one are left out
 */
export function servedAdapters<Operation extends keyof Adapter>(
  ...needed: Operation[]
): AdapterWith<Operation>[] {
  const known: Partial<Record<ServedName, Adapter>> = adapters
  return servedNames
    .map((name) => known[name])
    .filter((adapter): adapter is AdapterWith<Operation> => adapter !== undefined)
    .filter((adapter) => needed.every((operation) => adapter[operation]))
}
