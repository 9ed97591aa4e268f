import { toPointer } from '../../openapi/pointer.ts'
import { type Contract, responseKey } from '../contract/contract.ts'
import { type ContractProblem, problemsOf } from '../contract/problems.ts'
import type { Explanation } from '../explain.ts'
import { causeOf, type Finding } from '../finding.ts'
import { packs, type TestResult } from '../test-case.ts'
import { maskText } from './mask.ts'

/** The findings of one run. */
export interface Report {
  contract: Contract
  url: string
  /** Absent in reports of traffic, whose order cannot be repeated. */
  seed?: number
  startedAt: Date
  durationMs: number
  results: TestResult[]
  /** Problems that explain many failures at once, such as a wrong API key. */
  warnings: string[]
  /** The names of the hooks that the run could use. */
  hooks: string[]
  /** Whether differences count as failures. */
  isStrict: boolean
  /** Whether the run was stopped before its end. */
  isInterrupted: boolean
  coverage: Coverage
  /** One finding for each cause, with the tests that met it. */
  failures: Cause[]
  /** Violations of what our contract adds to the API's own document. */
  differences: Cause[]
  /** Where the contract contradicts itself, or does not say what its server does. No failures of the server. */
  contractProblems: ContractProblem[]
}

export interface Cause {
  finding: Finding
  results: TestResult[]
  /** The warning that explains it. */
  explainedBy?: string
}

export interface SummaryOptions
  extends Pick<Report, 'contract' | 'url' | 'startedAt' | 'results'>,
    Partial<Pick<Report, 'seed' | 'hooks' | 'isStrict' | 'isInterrupted'>> {
  explanations?: Explanation[]
  /** Further warnings. */
  warnings?: string[]
  /** The tested operations, by id; all by default. Others do not count as uncovered. */
  operations?: string[]
}

/** Makes the report of a run that ends now. */
export function summarize({
  explanations = [],
  warnings = [],
  hooks = [],
  isStrict = false,
  isInterrupted = false,
  operations,
  ...run
}: SummaryOptions): Report {
  const explain = (cause: Cause): Cause => {
    const explanation = explanations.find(({ explains }) => explains(cause))
    return explanation ? { ...cause, explainedBy: explanation.warning } : cause
  }
  const { contract, results } = run
  const differences = groupByCause(results, 'difference')
  return {
    ...{ ...run, url: maskText(run.url), hooks, isStrict, isInterrupted },
    durationMs: Date.now() - run.startedAt.getTime(),
    warnings: [...explanations.map(({ warning }) => warning), ...warnings],
    coverage: measureCoverage(
      contract.operations.filter(({ id }) => !operations || operations.includes(id)),
      results,
    ),
    failures: [...groupByCause(results, 'failure'), ...(isStrict ? differences : [])].map(explain),
    differences: isStrict ? [] : differences.map(explain),
    contractProblems: [
      ...problemsOf(contract),
      ...undeclaredStatuses(contract, groupByCause(results, 'contract')),
      ...wrongSchemas(groupByCause(results, 'contract')),
    ],
  }
}

/** Returns whether a finding fails the run: differences do in strict mode only. */
export const isFailure = ({ severity }: Finding, isStrict: boolean): boolean =>
  severity === 'failure' || (isStrict && severity === 'difference')

/** Returns the outcome of a test as the report counts it: differences are failures in strict mode only. */
export function outcomeOf(
  { outcome, findings, reason }: TestResult,
  isStrict: boolean,
): TestResult['outcome'] {
  if (outcome !== 'failed') return outcome
  if (findings.some((finding) => isFailure(finding, isStrict))) return 'failed'
  return reason === undefined ? 'passed' : 'notExercised'
}

/** Counts the tests of a report by outcome. */
export function countOutcomes({ results, isStrict }: Pick<Report, 'results' | 'isStrict'>) {
  const counts = { passed: 0, failed: 0, notExercised: 0 }
  for (const result of results) counts[outcomeOf(result, isStrict)] += 1
  return counts
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
function groupByCause(results: TestResult[], severity: Finding['severity']): Cause[] {
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
function measureCoverage(operations: Contract['operations'], results: TestResult[]): Coverage {
  const seen = new Map<string, Set<number>>()
  for (const { operation, response } of results.flatMap(({ exchanges }) => exchanges))
    if (operation && response.status > 0)
      seen.set(operation.id, (seen.get(operation.id) ?? new Set()).add(response.status))
  const declared = operations.flatMap((operation) => {
    const keys = new Set([...(seen.get(operation.id) ?? [])].map((status) => responseKey(operation, status)))
    return [...operation.responses.keys()].map((status) => ({
      ...{ id: operation.id, status, isSeen: keys.has(status) },
    }))
  })
  const missing = declared.filter(({ isSeen }) => !isSeen)
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

/** One problem for each status that operations return without declaring it. */
function undeclaredStatuses({ locate }: Contract, causes: Cause[]): ContractProblem[] {
  const undeclared = causes.filter(({ finding }) => finding.check === 'status_code_conformance')
  const byStatus = Map.groupBy(undeclared, ({ finding }) => finding.exchange.response.status)
  return [...byStatus].flatMap(([status, group]) => {
    const operations = [
      ...new Map(
        group.flatMap(({ finding: { exchange } }) => exchange.operation ?? []).map((each) => [each.id, each]),
      ),
    ].map(([, operation]) => operation)
    const [first] = operations
    if (!first) return []
    const others = operations.length - 1
    return [
      {
        message: `${first.id}${others > 0 ? ` and ${others} more` : ''} answer${others > 0 ? '' : 's'} ${status}, but ${others > 0 ? 'do' : 'does'} not declare any response of this kind.`,
        source: locate(toPointer('paths', first.path, first.method, 'responses')),
      },
    ]
  })
}

/** Schemas whose branches overlap, so that valid responses match several, and secrets in responses. */
function wrongSchemas(causes: Cause[]): ContractProblem[] {
  return causes.flatMap(({ finding: { isAmbiguous, isDeclared, message, source } }) =>
    (isAmbiguous || isDeclared) && source
      ? [
          {
            message: message.replace(
              /must match exactly one schema in oneOf/,
              'matches several branches of oneOf',
            ),
            source,
          },
        ]
      : [],
  )
}

/** Counts the outcomes by pack, in the order in which the packs are documented. */
export function countByPack({ results, isStrict }: Pick<Report, 'results' | 'isStrict'>) {
  const groups = Map.groupBy(results, ({ test }) => test.pack)
  return [...packs, 'traffic' as const].flatMap((pack) => {
    const ofPack = groups.get(pack)
    return ofPack ? [{ pack, ...countOutcomes({ results: ofPack, isStrict }) }] : []
  })
}

/** Groups the tests that were not exercised by their reason, the most frequent first. */
export function groupByReason({ results, isStrict }: Pick<Report, 'results' | 'isStrict'>) {
  const groups = Map.groupBy(
    results.filter((result) => outcomeOf(result, isStrict) === 'notExercised'),
    // Emails and ids differ between tests of one reason.
    ({ reason = 'No reason was given.' }) =>
      reason
        .replace(/\S+@\S+/g, 'a new user')
        .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '{id}'),
  )
  return [...groups].sort(([, a], [, b]) => b.length - a.length)
}

/** The name of a test: pack, operation and title. */
export const nameOf = ({ pack, operationId, title }: TestResult['test']): string =>
  [pack, operationId, title].filter(Boolean).join(' › ')

/** Writes a share with one decimal, rounded down. */
export function percent({ covered, total }: { covered: number; total: number }): string {
  return `${total === 0 ? 100 : Math.floor((covered / total) * 1000) / 10} %`
}
