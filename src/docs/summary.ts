import { readFile } from 'node:fs/promises'
import type { Api, Catalog } from '../catalog/api.ts'
import { listGuides } from '../guides/index.ts'
import type { Document } from '../openapi/document.ts'
import { endpointsOf } from '../openapi/operations.ts'
import { loadFlows } from '../snippets/index.ts'
import { hasGuides, hasJourneys } from './context.ts'

/** One API in a list of APIs. */
export interface Summary {
  api: Api
  title: string
  summary: string
  /** The number of operations. */
  operations: number
  hasGuides: boolean
  hasJourneys: boolean
}

/** Returns the number of operations as a text. */
export const countOf = (operations: number): string =>
  operations === 1 ? '1 operation' : `${operations} operations`

/** Reads the summaries of all contracts, sorted by name. */
export function readSummaries({ apis }: Catalog): Promise<Summary[]> {
  return Promise.all(apis.map(readSummary))
}

/** Reads the bundled document of the development controls of sandboxes. */
export async function readControls(): Promise<Document> {
  return JSON.parse(await readFile(new URL('../../generated/_dev/openapi.json', import.meta.url), 'utf8'))
}

async function readSummary(api: Api): Promise<Summary> {
  const document = await api.readDocument()
  const { title, summary = '' } = document.info
  const [guides, flows] = await Promise.all([listGuides(api.name), loadFlows(api.name)])
  return {
    api,
    title,
    summary,
    operations: endpointsOf(document).length,
    hasGuides: hasGuides({ guides }),
    hasJourneys: hasJourneys({ flows }),
  }
}
