import type { Api } from '../catalog/api.ts'

/** `idle` before the first call, and after one that failed. */
export type LoadState = 'idle' | 'loading' | 'ready'

/** A function that creates the value of each API once. `created` returns the values created so far. */
export interface Memoized<Key extends Api, Value> {
  (api: Key): Promise<Value>
  created: () => Promise<Value>[]
  stateOf: (api: Api) => LoadState
}

/** Memoizes a function of the API. A failed call is not cached, so the next call tries again. */
export function memoize<Key extends Api, Value>(create: (api: Key) => Promise<Value>): Memoized<Key, Value> {
  const created = new Map<Api, Promise<Value>>()
  const ready = new Set<Api>()
  const get = (api: Key) => {
    const value = created.get(api) ?? create(api)
    created.set(api, value)
    value.then(
      () => ready.add(api),
      () => created.delete(api),
    )
    return value
  }
  return Object.assign(get, {
    created: () => [...created.values()],
    stateOf: (api: Api): LoadState => (ready.has(api) ? 'ready' : created.has(api) ? 'loading' : 'idle'),
  })
}
