import type { Contract, Plan, TestResult } from '../conformance/index.ts'

/** Says what a run is going to do, so that it can be stopped before it creates anything. */
export function describePlan(
  { name, operations }: Contract,
  { url, tests, leftOut, seed, hooks, createsUsers }: Plan,
): string {
  const writes = tests.filter((test) => test.writes).length
  const emails = hooks.includes('email')
    ? 'the emails of the hook'
    : 'test emails (auth-contracts-…@example.com)'
  const creates = createsUsers
    ? `It creates users with ${emails} there, and what belongs to them.`
    : writes === 0
      ? 'It only reads: no test creates or changes data.'
      : `${writes} of them create or change data there: they send the requests of the contract.`
  const rest =
    leftOut > 0
      ? `\nThe contract is large: ${leftOut} more invalid requests are left out. --only <operations> sends all of some operations.`
      : ''
  return `Testing ${url} by the contract of ${name} (${operations.length} operations): ${tests.length} tests, seed ${seed}.${rest}
${creates}
Hooks: ${hooks.length > 0 ? hooks.join(', ') : 'none, so tests that need a mail, the clock or an operator are not exercised'}.
`
}

interface Output {
  isTTY?: boolean
  columns?: number
  write: (text: string) => unknown
}

/** In logs, a line appears at most so often. */
const linesPerRun = 4

/** Shorter waits are not shown, in seconds. */
const shortestWait = 5

/** Shows how far a run is: one line that changes on a terminal, a few lines elsewhere. */
export function showProgress(output: Output) {
  let failed = 0
  let skipped = 0
  let lines = 0
  let counts = ''
  let announcedUntil = 0
  const isTerminal = output.isTTY === true

  function update({ test, outcome }: TestResult, done: number, total: number): void {
    if (outcome === 'failed') failed += 1
    if (outcome === 'notExercised') skipped += 1
    counts = `${done} of ${total} tests, ${failed} with violations, ${skipped} not exercised`
    if (isTerminal) {
      const title = [test.pack, test.operationId, test.title].filter(Boolean).join(' › ')
      replaceLine(`${counts}  ${title}`)
    } else if (Math.floor((done * linesPerRun) / total) > lines) {
      lines = Math.floor((done * linesPerRun) / total)
      output.write(`${counts}\n`)
    }
  }

  /**
   * Says why nothing happens. Short waits are not worth a line, nor are those of concurrent tests that end
   * together.
   */
  function wait(seconds: number): void {
    const until = Date.now() + seconds * 1000
    if (seconds < shortestWait || until < announcedUntil + shortestWait * 1000) return
    announcedUntil = until
    const text = `The server answers 429: waiting ${seconds} s, as its Retry-After says.`
    if (isTerminal) replaceLine(counts ? `${text}  ${counts}` : text)
    else output.write(`${text}\n`)
  }

  function replaceLine(text: string): void {
    output.write(`\r\u001b[2K${text.slice(0, (output.columns ?? 80) - 1)}`)
  }

  function end(): void {
    if (isTerminal) output.write('\r\u001b[2K')
  }

  return { update, wait, end }
}
