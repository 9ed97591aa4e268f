import type { VariantName } from '../../generated/index.ts'

/** A function that creates the value of each variant once. `created` returns the values created so far. */
export interface Memoized<Value> {
  (variant: VariantName): Promise<Value>
  created: () => Promise<Value>[]
}

/** Memoizes a function of the variant. A failed call is not cached, so the next call tries again. */
export function memoize<Value>(create: (variant: VariantName) => Promise<Value>): Memoized<Value> {
  const created = new Map<VariantName, Promise<Value>>()
  const get = (variant: VariantName) => {
    const value = created.get(variant) ?? create(variant)
    created.set(variant, value)
    value.catch(() => created.delete(variant))
    return value
  }
  return Object.assign(get, { created: () => [...created.values()] })
}
