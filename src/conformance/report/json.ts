import type { Finding } from '../finding.ts'
import { toCurl } from './curl.ts'
import { isGreen } from './describe.ts'
import { measureKeywords } from './keyword-coverage.ts'
import { maskExchange, maskText } from './mask.ts'
import { type Cause, countOutcomes, nameOf, outcomeOf, percent, type Report } from './summary.ts'

/**
 * Writes the report as JSON. Its schema is `report.schema.json` next to this file. Under the same `version`,
 * fields may be added, but never change or disappear.
 */
export function jsonReport(report: Report): string {
  const { contract, url, seed, startedAt, durationMs, coverage } = report
  const keywords = measureKeywords(
    contract,
    report.results.flatMap(({ exchanges }) => exchanges),
  )
  return `${JSON.stringify(
    {
      version: 1,
      contract: contract.name,
      url,
      seed,
      startedAt: startedAt.toISOString(),
      durationMs: Math.round(durationMs),
      passed: isGreen(report),
      strict: report.isStrict,
      interrupted: report.isInterrupted,
      hooks: report.hooks,
      warnings: report.warnings,
      counts: { tests: report.results.length, ...countOutcomes(report) },
      coverage: {
        operations: coverage.operations,
        responses: {
          covered: coverage.responses.covered,
          total: coverage.responses.total,
          percent: Number.parseFloat(percent(coverage.responses)),
          missing: coverage.responses.missing,
        },
        keywords: { request: keywords.request, response: keywords.response },
      },
      failures: report.failures.map(describeCause),
      differences: report.differences.map(describeCause),
      contractProblems: report.contractProblems,
      tests: report.results.map((result) => ({
        pack: result.test.pack,
        ...(result.test.operationId !== undefined && { operation: result.test.operationId }),
        title: result.test.title,
        outcome: outcomeOf(result, report.isStrict),
        ...(result.reason !== undefined && { reason: maskText(result.reason) }),
        durationMs: Math.round(result.durationMs),
        checks: [...new Set(result.findings.map(({ check }) => check))],
      })),
    },
    null,
    2,
  )}\n`
}

function describeCause({ finding, results, explainedBy }: Cause) {
  return {
    ...describeFinding(finding),
    tests: [...new Set(results.map(({ test }) => nameOf(test)))],
    ...(explainedBy !== undefined && { explainedBy }),
  }
}

function describeFinding({ check, message, severity, source, hint, requirement, exchange }: Finding) {
  return {
    check,
    message: maskText(message),
    severity,
    ...(exchange.operation && { operation: exchange.operation.id }),
    ...(requirement && { requirement }),
    ...(hint && { hint: maskText(hint) }),
    ...(source && { source }),
    ...maskExchange(exchange),
    curl: toCurl(exchange),
  }
}
