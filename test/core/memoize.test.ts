import { expect, it, vi } from 'vitest'
import { memoize } from '../../src/core/memoize.ts'

it('computes each result once, even if it is false', () => {
  const compute = vi.fn((number: number) => number > 1)
  const isLarge = memoize(compute)
  expect([1, 2, 1, 2].map(isLarge)).toEqual([false, true, false, true])
  expect(compute).toHaveBeenCalledTimes(2)
})

it('evicts the oldest result beyond the capacity', () => {
  const compute = vi.fn((text: string) => text.length)
  const length = memoize(compute, 2)
  for (const text of ['a', 'b', 'c', 'b', 'c']) length(text)
  expect(compute.mock.calls).toEqual([['a'], ['b'], ['c']])
  length('a')
  expect(compute).toHaveBeenCalledTimes(4)
})
