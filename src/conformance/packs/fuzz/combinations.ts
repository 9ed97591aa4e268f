import { describedBy } from '../../../openapi/request-value.ts'
import { type Contract, mediaTypeOf, type Operation } from '../../contract/contract.ts'
import type { TestCase } from '../../test-case.ts'
import { castRequest } from '../../world/cast.ts'
import { type BaseRequests, bodyExamples, reaches, staticBaseRequest } from '../base-request.ts'
import { examplesOf, type RequestParts, toRequest } from '../example-request.ts'
import { operationTest } from '../operation-test.ts'
import { isSendableValue, withParameterValue } from '../request-changes.ts'

/** The values that the examples have for one field or parameter. */
interface Factor {
  name: string
  values: unknown[]
  apply: (parts: RequestParts, value: unknown) => RequestParts
}

/** More values per field add little, and pairs grow with their square. */
const maxValues = 5

/** So many requests are sent at most. */
const maxCombinations = 40

/**
 * Returns a test that combines the values of all examples of an operation, so that each two values of
 * different fields meet in one request. Each example shows one problem; handlers fail where two meet.
 */
export function combinedExamples(contract: Contract, operation: Operation, base: BaseRequests): TestCase[] {
  const factors = [...fieldFactors(contract, operation), ...parameterFactors(contract, operation)]
  const combinations = combineInPairs(factors.map(({ values }) => values.length)).slice(0, maxCombinations)
  if (factors.length < 2 || combinations.length === 0) return []
  return [
    operationTest('fuzz', operation, 'values of the examples in pairs', async (probe, stage) => {
      for (const combination of combinations) {
        const chosen = factors.flatMap(({ apply, values }, index) => {
          const value = values[combination[index] ?? 0]
          return value === undefined ? [] : [{ apply, value }]
        })
        const change = (parts: RequestParts) =>
          chosen.reduce((changed, { apply, value }) => apply(changed, value), parts)
        // The people of the other examples have to be cast, too.
        const { body, path, query } = await castRequest(stage, change(emptyParts(operation)))
        await base.send(
          operation,
          stage,
          (parts) => ({
            ...change(parts),
            path: { ...parts.path, ...path },
            query: { ...parts.query, ...query },
            ...(parts.body !== undefined && { body }),
          }),
          { send: probe.send, expects401: true, isReused: true },
        )
      }
    }),
  ]
}

function emptyParts({ method, path }: Operation): RequestParts {
  return { method, template: path, path: {}, query: {}, headers: {}, mediaType: undefined, body: undefined }
}

function fieldFactors(contract: Contract, operation: Operation): Factor[] {
  if (!operation.body || !mediaTypeOf(operation.body)) return []
  const bodies = bodyExamples(contract, operation).filter((body): body is Record<string, unknown> =>
    isFields(body),
  )
  const names = [...new Set(bodies.flatMap((body) => Object.keys(body)))]
  return names.map((name) => {
    // Some examples lack the field, which is a value as well.
    const values = uniqueValues(bodies.map((body) => (name in body ? { value: body[name] } : {})))
    return {
      name,
      values,
      apply: (parts, found) => {
        const { [name]: _, ...others } = isFields(parts.body) ? parts.body : {}
        return {
          ...parts,
          body: {
            ...others,
            ...('value' in (found as object) && { [name]: (found as { value: unknown }).value }),
          },
        }
      },
    }
  })
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parameterFactors(contract: Contract, operation: Operation): Factor[] {
  return operation.parameters.flatMap(({ node }) => {
    if (node.in === 'cookie') return []
    const base = staticBaseRequest(contract, operation)
    const values = uniqueValues(Object.values(examplesOf(contract.document, describedBy(node)))).filter(
      (value) => isSendableValue(node, value),
    )
    const reachable = values.filter(
      (value) =>
        node.in !== 'path' || reaches(contract, operation, toRequest(withParameterValue(base, node, value))),
    )
    return reachable.length === 0
      ? []
      : [
          {
            name: node.name,
            values: reachable,
            apply: (parts: RequestParts, value: unknown) => withParameterValue(parts, node, value),
          },
        ]
  })
}

function uniqueValues<Value>(values: Value[]): Value[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()].slice(0, maxValues)
}

/**
 * Returns combinations in which each pair of values of two factors occurs (greedy all-pairs).
 * @param sizes the number of values of each factor
 */
export function combineInPairs(sizes: number[]): number[][] {
  const uncovered = new Set<string>()
  const key = (a: number, i: number, b: number, j: number) =>
    a < b ? `${a}:${i} ${b}:${j}` : `${b}:${j} ${a}:${i}`
  for (const [a, count] of sizes.entries())
    for (let b = a + 1; b < sizes.length; b++)
      for (let i = 0; i < count; i++) for (let j = 0; j < (sizes[b] ?? 0); j++) uncovered.add(key(a, i, b, j))
  const combinations: number[][] = []
  while (uncovered.size > 0) {
    const [next = ''] = uncovered
    const fixed = new Map(next.split(' ').map((part) => part.split(':').map(Number) as [number, number]))
    for (const [factor, count] of sizes.entries()) {
      if (fixed.has(factor)) continue
      const gain = (value: number) =>
        [...fixed].filter(([other, chosen]) => uncovered.has(key(factor, value, other, chosen))).length
      const candidates = Array.from({ length: count }, (_, value) => value)
      fixed.set(factor, candidates.toSorted((a, b) => gain(b) - gain(a))[0] ?? 0)
    }
    const entries = [...fixed]
    for (const [a, i] of entries) for (const [b, j] of entries) if (a < b) uncovered.delete(key(a, i, b, j))
    combinations.push(sizes.map((_, factor) => fixed.get(factor) ?? 0))
  }
  return combinations
}
