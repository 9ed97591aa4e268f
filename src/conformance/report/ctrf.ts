import { describeFinding } from './describe.ts'
import { maskText } from './mask.ts'
import { countOutcomes, isFailure, nameOf, outcomeOf, type Report } from './summary.ts'

const statuses = { passed: 'passed', failed: 'failed', notExercised: 'skipped' } as const

/** Writes the report in the Common Test Report Format (https://ctrf.io/docs/specification/root). */
export function ctrfReport(report: Report): string {
  const { contract, startedAt, durationMs, results, isStrict, url, seed, warnings } = report
  const { passed, failed, notExercised } = countOutcomes(report)
  const start = startedAt.getTime()
  return `${JSON.stringify(
    {
      reportFormat: 'CTRF',
      specVersion: '0.0.0',
      timestamp: new Date(start + Math.round(durationMs)).toISOString(),
      generatedBy: 'auth-contracts',
      results: {
        tool: { name: 'auth-contracts' },
        summary: {
          ...{ tests: results.length, passed, failed, skipped: notExercised, pending: 0, other: 0 },
          suites: new Set(results.map(({ test }) => test.pack)).size,
          ...{ start, stop: start + Math.round(durationMs) },
        },
        tests: results.map((result) => {
          const { test, reason, exchanges } = result
          const findings = result.findings.filter((finding) => isFailure(finding, isStrict))
          const [first] = findings
          const message = first?.message ?? reason
          return {
            name: nameOf(test),
            status: statuses[outcomeOf(result, isStrict)],
            duration: Math.round(result.durationMs),
            suite: [contract.name, test.pack, ...(test.operationId ? [test.operationId] : [])],
            ...(message !== undefined && { message: maskText(message) }),
            ...(first && { trace: findings.map(describeFinding).join('\n\n') }),
            tags: [...new Set(findings.map(({ check }) => check))],
            type: 'contract',
            ...(exchanges[0] && { start: exchanges[0].startedAt }),
          }
        }),
        extra: { url, seed, warnings },
      },
    },
    null,
    2,
  )}\n`
}
