import { readFile } from 'node:fs/promises'
import { contractUrl, type VariantName, variantNames } from '../../generated/index.ts'

/** What a list of the APIs says about one of them. */
export type Summary = { variant: VariantName; title: string; summary: string; operations: number }

/** The summaries of all contracts, in the order of their names. */
export const readSummaries = (): Promise<Summary[]> => Promise.all(variantNames.map(readSummary))

/** The bundled OpenAPI 3.1 document of an API. */
export const readContract = async (variant: VariantName) =>
  JSON.parse(await readFile(contractUrl(variant), 'utf8'))

async function readSummary(variant: VariantName): Promise<Summary> {
  const { info, paths } = await readContract(variant)
  const operations = Object.values<object>(paths)
    .flatMap((path) => Object.values(path))
    .filter((entry) => entry.operationId)
  return { variant, title: info.title, summary: info.summary ?? '', operations: operations.length }
}
