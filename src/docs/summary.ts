import { readFile } from 'node:fs/promises'
import { contractUrl, type VariantName, variantNames } from '../../generated/index.ts'
import type { Document } from '../openapi/document.ts'
import { endpointsOf } from '../openapi/operations.ts'

/** One API in a list of APIs. */
export interface Summary {
  variant: VariantName
  title: string
  summary: string
  /** The number of operations. */
  operations: number
}

/** Reads the summaries of all contracts, sorted by name. */
export function readSummaries(): Promise<Summary[]> {
  return Promise.all(variantNames.map(readSummary))
}

/** Reads the bundled document of an API, as OpenAPI 3.1 or, for older tools, 3.0. */
export async function readContract(variant: VariantName, version?: '3.1' | '3.0'): Promise<Document> {
  return JSON.parse(await readFile(contractUrl(variant, version), 'utf8'))
}

/** Reads the bundled document of the development controls of sandboxes. */
export async function readControls(): Promise<Document> {
  return JSON.parse(await readFile(new URL('../../generated/_dev/openapi.json', import.meta.url), 'utf8'))
}

async function readSummary(variant: VariantName): Promise<Summary> {
  const document = await readContract(variant)
  const { title, summary = '' } = document.info
  return { variant, title, summary, operations: endpointsOf(document).length }
}
