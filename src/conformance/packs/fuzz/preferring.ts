import type { Arbitrary } from 'fast-check'

/** Keeps the values that fit. Gives up after many others in a row, where a filter would search forever. */
export function preferring<Value>(
  values: Arbitrary<Value>,
  fits: (value: Value) => boolean,
): Arbitrary<Value> {
  let misses = 0
  return values.filter((value) => {
    misses = fits(value) ? 0 : misses + 1
    if (misses > 0 && misses < 200) return false
    misses = 0
    return true
  })
}
