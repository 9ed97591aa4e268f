import type { CheckResult } from './grade.ts'
import type { Task } from './task.ts'

/** The result of one task. */
export interface TaskResult {
  name: string
  language: Task['language']
  variant: string
  passed: boolean
  seconds: number
  checks: CheckResult[]
  /** Why the agent did not finish; the project was graded all the same. */
  agentError?: string
}

/** Renders the results as a table, followed by the reason of each failed check. */
export function renderResults(results: TaskResult[]): string {
  const rows = results.map(({ name, language, variant, passed, seconds, checks }) => [
    ...[name, variant, language, passed ? 'passed' : 'FAILED'],
    `${checks.filter((check) => check.passed).length}/${checks.length}`,
    seconds.toFixed(1),
  ])
  const table = [['task', 'API', 'language', 'result', 'checks', 'seconds'], ...rows]
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  )
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const failures = results.filter(({ passed }) => !passed).map(renderFailure)
  const score = `${results.length - failures.length} of ${results.length} tasks passed.`
  return [lines.join('\n'), ...failures, score].join('\n\n')
}

function renderFailure({ name, checks, agentError }: TaskResult): string {
  const failed = checks.filter(({ passed }) => !passed)
  const reasons = failed.map(({ title, reason }) => `  ${title}\n    ${reason}`)
  return [name, ...(agentError === undefined ? [] : [`  ${agentError}`]), ...reasons].join('\n')
}
