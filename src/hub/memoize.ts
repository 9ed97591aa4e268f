import type { Api } from '../catalog/api.ts'

/** `idle` before the first call, and after one that failed. */
export type LoadState = 'idle' | 'loading' | 'ready'

/** A function that creates the value of each API once. `created` returns the values created so far. */
export interface Memoized<Key extends Api, Value> {
  (api: Key): Promise<Value>
  created: () => Promise<Value>[]
  stateOf: (api: Api) => LoadState
}

/**
 * Memoizes a function of the API. A new version of an API replaces the value of the earlier one. A failed
 * call is not cached, so the next call tries again.
 */
export function memoize<Key extends Api, Value>(create: (api: Key) => Promise<Value>): Memoized<Key, Value> {
  const created = new Map<string, { api: Api; value: Promise<Value>; isReady: boolean }>()
  const find = (api: Api) => {
    const entry = created.get(api.name)
    return entry?.api === api ? entry : undefined
  }
  const get = (api: Key) => {
    const known = find(api)
    if (known) return known.value
    const entry = { api, value: create(api), isReady: false }
    created.set(api.name, entry)
    entry.value.then(
      () => {
        entry.isReady = true
      },
      () => created.get(api.name) === entry && created.delete(api.name),
    )
    return entry.value
  }
  return Object.assign(get, {
    created: () => [...created.values()].map(({ value }) => value),
    stateOf(api: Api): LoadState {
      const entry = find(api)
      return entry ? (entry.isReady ? 'ready' : 'loading') : 'idle'
    },
  })
}
