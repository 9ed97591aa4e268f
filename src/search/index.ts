import type { Catalog } from '../catalog/api.ts'
import { readOnce } from '../common/read-once.ts'
import { readControlsEntries, readEntries } from './read-entries.ts'
import { createSearch, type Search } from './search.ts'

export type { MissingFeature } from './missing.ts'
export type { SearchResult } from './search.ts'
export { findTopic, topicName } from './topics.ts'

/** Indexes the contracts and guides of the APIs. The index of a catalog is built once in a process. */
export const loadSearch = readOnce<Catalog, Search>(async (catalog) =>
  createSearch(await readEntries(catalog)),
)

/** Indexes the contract of the development controls, apart from those of the APIs. */
export const loadControlsSearch = readOnce<void, Search>(async () =>
  createSearch(await readControlsEntries()),
)
