import type { Contract } from '../contract/contract.ts'
import { causeOf, type Finding } from '../finding.ts'
import type { Pack, TestResult } from '../test-case.ts'

/** The findings of one run. */
export interface Report {
  contract: Contract
  url: string
  seed: number
  startedAt: Date
  durationMs: number
  results: TestResult[]
  /** Problems that make many results meaningless, such as a wrong API key. */
  warnings: string[]
  coverage: Coverage
  /** One finding for each cause, with the tests that met it. */
  failures: Cause[]
  /** Violations of what our contract adds to the API's own document. */
  differences: Cause[]
}

export interface Cause {
  finding: Finding
  results: TestResult[]
}

/** Which declared responses were seen. */
export interface Coverage {
  operations: { covered: number; total: number }
  /** Pairs of an operation and a declared status. */
  responses: { covered: number; total: number; missing: string[] }
  /** Seen statuses by operation id. */
  seen: Map<string, Set<number>>
}

/** Groups the findings of a run by their causes. */
export function groupByCause(results: TestResult[], severity: Finding['severity']): Cause[] {
  const causes = new Map<string, Cause>()
  for (const result of results)
    for (const finding of result.findings) {
      if (finding.severity !== severity) continue
      const cause = causes.get(causeOf(finding)) ?? { finding, results: [] }
      cause.results.push(result)
      causes.set(causeOf(finding), cause)
    }
  return [...causes.values()].sort((a, b) => b.results.length - a.results.length)
}

/** Counts which declared responses the tests reached. */
export function measureCoverage({ operations }: Contract, results: TestResult[]): Coverage {
  const seen = new Map<string, Set<number>>()
  for (const { operation, response } of results.flatMap(({ exchanges }) => exchanges))
    if (operation) seen.set(operation.id, (seen.get(operation.id) ?? new Set()).add(response.status))
  const declared = operations.flatMap(({ id, responses }) =>
    [...responses.keys()]
      .filter((status) => /^\d{3}$/.test(status))
      .map((status) => ({ id, status: Number(status) })),
  )
  const missing = declared.filter(({ id, status }) => !seen.get(id)?.has(status))
  return {
    operations: { covered: operations.filter(({ id }) => seen.has(id)).length, total: operations.length },
    responses: {
      covered: declared.length - missing.length,
      total: declared.length,
      missing: missing.map(({ id, status }) => `${id} ${status}`),
    },
    seen,
  }
}

/** Counts the outcomes by pack. */
export function countByPack(
  results: TestResult[],
): { pack: Pack; passed: number; failed: number; notExercised: number }[] {
  const packs = Map.groupBy(results, ({ test }) => test.pack)
  return [...packs].map(([pack, ofPack]) => {
    const count = (outcome: TestResult['outcome']) =>
      ofPack.filter((result) => result.outcome === outcome).length
    return { pack, passed: count('passed'), failed: count('failed'), notExercised: count('notExercised') }
  })
}
