import { readEntries } from './read-entries.ts'
import { createSearch, type Search } from './search.ts'

export type { MissingFeature } from './missing.ts'
export type { SearchResult } from './search.ts'
export { findTopic, topicName } from './topics.ts'

let loaded: Promise<Search> | undefined

/** Indexes the contracts and guides of all APIs. The index is built once in a process. */
export function loadSearch(): Promise<Search> {
  loaded ??= readEntries().then(createSearch)
  return loaded
}
