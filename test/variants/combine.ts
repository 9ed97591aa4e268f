/**
 * Combines the values of all factors: every combination if there are at most `max`, or else pairwise.
 * Pairwise combinations can hide an error, because one rejected value hides the effect of the others.
 */
export function combine<Value>(factors: readonly (readonly Value[])[], max: number): Value[][] {
  const product = factors.reduce((count, values) => count * values.length, 1)
  if (product > max) return pairwise(factors)
  return factors.reduce<Value[][]>(
    (combinations, values) => combinations.flatMap((chosen) => values.map((value) => [...chosen, value])),
    [[]],
  )
}

/**
 * Combines values so that every pair of values of two factors occurs in a combination (pairwise testing).
 * @param factors the values of each factor
 * @returns combinations with one value per factor, in the order of the factors
 */
function pairwise<Value>(factors: readonly (readonly Value[])[]): Value[][] {
  const uncovered = new Map<string, [factor: number, value: number][]>()
  for (let a = 0; a < factors.length; a++)
    for (let b = a + 1; b < factors.length; b++)
      for (const i of (factors[a] ?? []).keys())
        for (const j of (factors[b] ?? []).keys())
          uncovered.set(keyOf(a, i, b, j), [
            [a, i],
            [b, j],
          ])
  const combinations: Value[][] = []
  while (uncovered.size > 0) {
    const [first = []] = uncovered.values()
    const chosen = new Map<number, number>(first)
    for (const [factor, values] of factors.entries()) {
      if (chosen.has(factor)) continue
      const gain = (value: number) =>
        [...chosen].filter(([other, index]) => uncovered.has(orderedKey([factor, value], [other, index])))
          .length
      const best = [...values.keys()].toSorted((x, y) => gain(y) - gain(x))[0] ?? 0
      chosen.set(factor, best)
    }
    const picked = [...chosen]
    for (const left of picked) for (const right of picked) uncovered.delete(orderedKey(left, right))
    combinations.push(factors.map((values, factor) => values[chosen.get(factor) ?? 0] as Value))
  }
  return combinations
}

type Choice = readonly [factor: number, value: number]

const keyOf = (a: number, i: number, b: number, j: number) => `${a}.${i} ${b}.${j}`
const orderedKey = (left: Choice, right: Choice) =>
  left[0] < right[0] ? keyOf(...left, ...right) : keyOf(...right, ...left)
