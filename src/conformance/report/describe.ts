import type { SourceLocation } from '../../contract-files/source-location.ts'
import type { Finding } from '../finding.ts'
import { toCurl } from './curl.ts'
import { maskExchange, maskText } from './mask.ts'
import { countOutcomes, type Report } from './summary.ts'

/** Names the place of a violated keyword: file, line and JSON Pointer. */
export const describeSource = ({ file, line, pointer }: SourceLocation): string =>
  `${file}:${line} ${pointer}`

/** Describes a finding with its request and response, for reports in plain text. */
export function describeFinding({ message, hint, source, requirement, exchange }: Finding): string {
  const { status, text } = maskExchange(exchange).response
  return [
    maskText(message),
    ...(requirement ? [`Requirement: ${requirement}`] : []),
    ...(hint ? [`Hint: ${maskText(hint)}`] : []),
    ...(source ? [`Contract: ${describeSource(source)}`] : []),
    '',
    toCurl(exchange),
    '',
    `Response: ${status === 0 ? 'none' : status}`,
    text.slice(0, 2000),
  ].join('\n')
}

/** Whether the server passed: nothing failed, and at least one test was exercised. */
export const isGreen = (report: Report): boolean =>
  report.failures.length === 0 && !report.isInterrupted && countOutcomes(report).passed > 0

/** The result of the run in one sentence. */
export function verdictOf(report: Report): string {
  const { failures, isInterrupted, results } = report
  const end = isInterrupted ? `Stopped after ${count(results.length, 'test')}. ` : ''
  if (failures.length > 0) return `${end}Failed: ${count(failures.length, 'violation')}.`
  const { passed, notExercised } = countOutcomes(report)
  if (passed === 0) return `${end}Failed: no test could be exercised.`
  if (isInterrupted) return `${end}No violations until then.`
  return notExercised === 0
    ? 'Passed.'
    : `Passed. ${notExercised} of ${count(results.length, 'test')} could not be exercised.`
}

/** Writes a number with its noun. */
export const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`
