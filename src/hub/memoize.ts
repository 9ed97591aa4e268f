import type { VariantName } from '../../generated/index.ts'

/** `idle` before the first call, and after one that failed. */
export type LoadState = 'idle' | 'loading' | 'ready'

/** A function that creates the value of each variant once. `created` returns the values created so far. */
export interface Memoized<Value> {
  (variant: VariantName): Promise<Value>
  created: () => Promise<Value>[]
  stateOf: (variant: VariantName) => LoadState
}

/** Memoizes a function of the variant. A failed call is not cached, so the next call tries again. */
export function memoize<Value>(create: (variant: VariantName) => Promise<Value>): Memoized<Value> {
  const created = new Map<VariantName, Promise<Value>>()
  const ready = new Set<VariantName>()
  const get = (variant: VariantName) => {
    const value = created.get(variant) ?? create(variant)
    created.set(variant, value)
    value.then(
      () => ready.add(variant),
      () => created.delete(variant),
    )
    return value
  }
  return Object.assign(get, {
    created: () => [...created.values()],
    stateOf: (variant: VariantName): LoadState =>
      ready.has(variant) ? 'ready' : created.has(variant) ? 'loading' : 'idle',
  })
}
