import type { Schema } from './document.ts'

/**
 * Returns numbers for a schema: the nearest to one first, because APIs refuse many amounts of zero. They can
 * break `type` and `multipleOf`.
 */
export function* sampleNumbers(schema: Schema): Iterable<number> {
  const { minimum = -Infinity, exclusiveMinimum = -Infinity } = schema
  const { maximum = Infinity, exclusiveMaximum = Infinity, multipleOf } = schema
  const step = multipleOf ?? (schema.type === 'number' ? 0.5 : 1)
  const low = Math.max(minimum, exclusiveMinimum + step)
  const high = Math.min(maximum, exclusiveMaximum - step)
  const near = low > 1 ? low : high < 1 ? high : 1
  const direction = near >= high ? -1 : 1
  const first = direction > 0 ? Math.ceil(near / step) : Math.floor(near / step)
  if (multipleOf === undefined) yield near
  for (let index = 0; index < 100; index++) yield exact((first + direction * index) * step)
  // The bounds leave less room than one step.
  yield (Math.max(minimum, exclusiveMinimum) + Math.min(maximum, exclusiveMaximum)) / 2
}

/** Removes the rounding error of a multiple, such as that of 3 times 0.1. */
const exact = (value: number) => Number(value.toPrecision(15))
