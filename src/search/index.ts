import { readFile } from 'node:fs/promises'
import { contractUrl, type VariantName, variantNames } from '../../generated/index.ts'
import { listGuides } from '../guides/index.ts'
import { contractEntries } from './contract-entries.ts'
import type { Entry } from './entry.ts'
import { guideEntries } from './guide-entries.ts'
import { createSearch, type Search } from './search.ts'

export type { SearchResult } from './search.ts'

let loaded: Promise<Search> | undefined

/** Indexes the contracts and guides of all APIs. The index is built once in a process. */
export function loadSearch(): Promise<Search> {
  loaded ??= Promise.all(variantNames.map(readEntries)).then((entries) => createSearch(entries.flat()))
  return loaded
}

async function readEntries(variant: VariantName): Promise<Entry[]> {
  const [text, guides] = await Promise.all([readFile(contractUrl(variant), 'utf8'), listGuides(variant)])
  const document = JSON.parse(text)
  return [...contractEntries(variant, document), ...guideEntries(guides, document)]
}
