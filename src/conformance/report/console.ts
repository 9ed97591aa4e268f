import { styleText } from 'node:util'
import { toCurl } from './curl.ts'
import { count, describeSource, isGreen, verdictOf } from './describe.ts'
import { maskExchange, maskText } from './mask.ts'
import {
  type Cause,
  countByPack,
  countOutcomes,
  groupByReason,
  nameOf,
  percent,
  type Report,
} from './summary.ts'

export interface ConsoleOptions {
  /** Uses colours. */
  color?: boolean
  /** More causes are only counted. */
  maxCauses?: number
}

type Style = Parameters<typeof styleText>[0]
type Paint = (style: Style, text: string) => string

const maxReasons = 8
const maxProblems = 20
const maxBody = 300

/** Writes the report as text for a terminal. */
export function consoleReport(
  report: Report,
  { color = false, maxCauses = 20 }: ConsoleOptions = {},
): string {
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text)
  const unexplained = report.failures.filter(({ explainedBy }) => explainedBy === undefined)
  const rest = unexplained.length - maxCauses
  return [
    ...report.warnings.map((warning) => describeWarning(report, warning, paint)),
    ...unexplained.slice(0, maxCauses).map((cause, index) => describeCause(cause, index + 1, paint)),
    ...(rest > 0 ? [`… and ${count(rest, 'more cause')}. A report has all: --html <file>.`, ''] : []),
    ...describeDifferences(report, paint),
    ...describeProblems(report, paint),
    ...describeReasons(report, paint),
    ...describeTotals(report, paint),
  ].join('\n')
}

function describeWarning({ failures }: Report, warning: string, paint: Paint): string {
  const folded = failures.filter(({ explainedBy }) => explainedBy === warning)
  const note = folded.length > 0 ? `\n  It explains ${count(folded.length, 'failure')}, left out below.` : ''
  return `${paint(['yellow', 'bold'], 'Warning:')} ${warning}${note}\n`
}

function describeCause({ finding, results }: Cause, number: number, paint: Paint): string {
  const { check, message, exchange, source, hint, requirement } = finding
  const tests = [...new Set(results.map(({ test }) => nameOf(test)))]
  const others = tests.length > 3 ? [`and ${tests.length - 3} more`] : []
  const { status, text } = maskExchange(exchange).response
  return [
    `${paint('red', `${number}. ${check}`)}${requirement ? ` (${requirement})` : ''}: ${paint('bold', maskText(message))}`,
    ...(hint ? [`   Hint: ${maskText(hint)}`] : []),
    ...(source ? [`   Contract: ${describeSource(source)}`] : []),
    `   Tests: ${[...tests.slice(0, 3), ...others].join(', ')}`,
    paint('dim', `   ${toCurl(exchange).replaceAll('\n', '\n   ')}`),
    `   Response: ${status === 0 ? 'none' : status} ${shorten(text)}`.trimEnd(),
    '',
  ].join('\n')
}

const shorten = (text: string) => printable(text.length > maxBody ? `${text.slice(0, maxBody)}…` : text)

/** A response must not control the terminal. */
const printable = (text: string) => text.replace(/[^\P{Cc}\t\n]/gu, '\ufffd')

function describeDifferences({ differences }: Report, paint: Paint): string[] {
  if (differences.length === 0) return []
  const shown = differences.slice(0, 10)
  return [
    `${paint('cyan', count(differences.length, 'difference'))} from what the contract adds to the API's document (failures with --strict):`,
    ...shown.map(({ finding }) => `  ${finding.check}: ${maskText(finding.message)}`),
    ...(differences.length > shown.length ? [`  … and ${differences.length - shown.length} more.`] : []),
    '',
  ]
}

function describeProblems({ contractProblems }: Report, paint: Paint): string[] {
  if (contractProblems.length === 0) return []
  const shown = contractProblems.slice(0, maxProblems)
  const rest = contractProblems.length - shown.length
  return [
    paint(
      'yellow',
      `${count(contractProblems.length, 'problem')} of the contract itself, not of the server:`,
    ),
    ...shown.map(({ message, source }) => `  ${source.file}:${source.line} ${maskText(message)}`),
    ...(rest > 0 ? [`  … and ${rest} more. A report has all: --html <file>.`] : []),
    '',
  ]
}

function describeReasons(report: Report, paint: Paint): string[] {
  const reasons = groupByReason(report)
  if (reasons.length === 0) return []
  const rest = reasons.slice(maxReasons).reduce((sum, [, { length }]) => sum + length, 0)
  return [
    paint('yellow', `Not exercised (${countOutcomes(report).notExercised}):`),
    ...reasons
      .slice(0, maxReasons)
      .map(([reason, { length }]) => `  ${String(length).padStart(4)}  ${maskText(reason)}`),
    ...(rest > 0 ? [`  ${String(rest).padStart(4)}  for other reasons`] : []),
    '',
  ]
}

function describeTotals(report: Report, paint: Paint): string[] {
  const { contract, url, coverage, durationMs, seed } = report
  const { operations, responses } = coverage
  const counts = countByPack(report).map(
    ({ pack, passed, failed, notExercised }) =>
      `  ${pack.padEnd(10)} ${passed} passed, ${failed} failed, ${notExercised} not exercised`,
  )
  return [
    paint('bold', `${contract.name} at ${url}`),
    ...counts,
    `  Coverage   ${operations.covered} of ${count(operations.total, 'operation')}, ${responses.covered} of ${count(responses.total, 'response')} (${percent(responses)})`,
    `  Time       ${(durationMs / 1000).toFixed(1)} s${seed === undefined ? '' : `, seed ${seed}`}`,
    paint(isGreen(report) ? ['green', 'bold'] : ['red', 'bold'], verdictOf(report)),
  ]
}
