import type { SourceLocation } from '../contract/source-location.ts'
import { toCurl } from './curl.ts'
import { type Cause, countByPack, type Report } from './summary.ts'

/** Writes the report as text for a terminal. */
export function consoleReport({
  contract,
  url,
  results,
  warnings,
  coverage,
  failures,
  differences,
  durationMs,
  seed,
}: Report): string {
  const { operations, responses } = coverage
  const counts = countByPack(results).map(
    ({ pack, passed, failed, notExercised }) =>
      `  ${pack.padEnd(10)} ${passed} passed, ${failed} failed, ${notExercised} not exercised`,
  )
  const reasons = Map.groupBy(
    results.filter(({ outcome }) => outcome === 'notExercised'),
    ({ reason = '' }) => reason,
  )
  return [
    ...warnings.map((warning) => `Warning: ${warning}`),
    ...failures.map((cause, index) => describeCause(cause, index + 1)),
    ...(differences.length > 0
      ? [
          `${differences.length} differences from what the contract adds to the API's document (--strict makes them failures):`,
          ...differences.map(({ finding }) => `  ${finding.check}: ${finding.message}`),
          '',
        ]
      : []),
    ...[...reasons].map(([reason, { length }]) => `Not exercised (${length}): ${reason}`),
    '',
    `${contract.name} at ${url}`,
    ...counts,
    `  Coverage   ${operations.covered} of ${operations.total} operations, ${responses.covered} of ${responses.total} responses (${percent(responses)})`,
    `  Time       ${(durationMs / 1000).toFixed(1)} s, seed ${seed}`,
    failures.length > 0
      ? `Failed: ${failures.length} ${failures.length === 1 ? 'violation' : 'violations'}.`
      : 'Passed.',
  ].join('\n')
}

export function percent({ covered, total }: { covered: number; total: number }): string {
  return `${total === 0 ? 100 : Math.floor((covered / total) * 1000) / 10} %`
}

function describeCause({ finding, results }: Cause, number: number): string {
  const { check, message, exchange, source, hint, requirement } = finding
  const tests = results.map(({ test }) =>
    [test.pack, test.operationId, test.title].filter(Boolean).join(' › '),
  )
  const others = tests.length > 3 ? [`and ${tests.length - 3} more`] : []
  return [
    `${number}. ${check}${requirement ? ` (${requirement})` : ''}: ${message}`,
    ...(hint ? [`   ${hint}`] : []),
    ...(source ? [`   Contract: ${describeSource(source)}`] : []),
    `   Tests: ${[...tests.slice(0, 3), ...others].join(', ')}`,
    `   ${toCurl(exchange).replaceAll('\n', '\n   ')}`,
    `   Response: ${exchange.response.status} ${shorten(exchange.response.text)}`,
    '',
  ].join('\n')
}

const describeSource = ({ file, line, pointer }: SourceLocation & { pointer: string }) =>
  `${file}:${line} ${pointer}`

const shorten = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text)
