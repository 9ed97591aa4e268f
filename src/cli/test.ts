import { Command } from 'commander'
import { UserError } from '../common/user-error.ts'
import { toUserError } from '../server/user-errors.ts'
import { type CatalogOptions, withContractOptions } from './catalog.ts'
import { withRenamedOption } from './renamed-option.ts'
import { type ReportOptions, readReportFiles, withReportOptions } from './report-options.ts'
import {
  collectHeader,
  parsePercent,
  parsePositive,
  parseWhole,
  readUrl,
  splitNames,
} from './test-options.ts'
import { describePlan, showProgress } from './test-progress.ts'
import { readSubject } from './test-subject.ts'

/** Exit codes: 1 means that the server failed, 2 that the test could not run. */
const exitCodes = { failed: 1, notRun: 2 }

/** Creates `auth-contracts test [api]`, which tests whether a server keeps a contract. */
export function testCommand(): Command {
  const command = withReportOptions(withContractOptions(new Command('test')))
  return withRenamedOption(command, '--upstream <url>', '--url')
    .description('test whether a server keeps a contract')
    .argument('[api]', 'name of the API; leave it out if you have only one contract')
    .option('--url <url>', 'base URL of the server, to which the paths of the contract are appended')
    .option('--only <names>', 'packs or operations to test, separated by commas', splitNames)
    .option('--hooks <file>', 'module (.mts or .js) with hooks, such as one that reads mails')
    .option('--header <header>', "header of every request, as 'Name: value'; can be repeated", collectHeader)
    .option('--read-only', 'leave out every test that creates or changes data')
    .option('--strict', "also fail on differences from what the contract adds to the API's own document")
    .option('--seed <number>', 'repeat the order and the data of an earlier run', parseWhole)
    .option('--rate <number>', 'highest number of requests per second', parsePositive)
    .option('--timeout <seconds>', 'how long to wait for a response', parsePositive, 10)
    .option('--max-response-time <ms>', 'fail on slower responses', parsePositive)
    .option('--require-coverage <percent>', 'fail if fewer of the declared responses were seen', parsePercent)
    .addHelpText(
      'after',
      `
Exit codes: 0 nothing failed, 1 something failed, 2 the test could not run, 130 stopped by Ctrl+C.
src/conformance/README.md describes the checks, the hooks, and how to use the command in CI.

Examples:
  npx auth-contracts test <api> --url http://localhost:4020
  npx auth-contracts test <api> --url https://staging.example.com --junit report.xml --html report.html
  npx auth-contracts test <api> --url https://staging.example.com --hooks ./hooks.mts --require-coverage 90
  npx auth-contracts test <api> --url http://localhost:4020 --only cases,signIn --seed 7
  npx auth-contracts test --contract ./openapi.yaml --url http://localhost:3000 --read-only`,
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitCodes.notRun))
    .action(async (api: string | undefined, options: Options) => {
      try {
        const code = await test(api, options)
        process.exitCode = code
        // Abandoned tests may still wait for a mail or a rate limit.
        if (code > exitCodes.notRun) process.stdout.write('', () => process.exit())
      } catch (thrown) {
        const error = await toReadable(thrown)
        if (!(error instanceof UserError)) throw error
        const { maskText } = await import('../conformance/report/mask.ts')
        console.error(`error: ${maskText(error.message)}`)
        process.exitCode = exitCodes.notRun
      }
    })
}

interface Options extends ReportOptions, CatalogOptions {
  url?: string
  only?: string[]
  hooks?: string
  header?: Record<string, string>
  readOnly?: boolean
  strict?: boolean
  seed?: number
  rate?: number
  timeout: number
  maxResponseTime?: number
  requireCoverage?: number
}

/** @returns the exit code */
async function test(api: string | undefined, options: Options): Promise<number> {
  const { testConformance } = await import('../conformance/index.ts')
  const { writeReports } = await import('../conformance/report/write.ts')
  const { consoleReport } = await import('../conformance/report/console.ts')
  const { isGreen } = await import('../conformance/report/describe.ts')
  const subject = await readSubject(api, options)
  const url = readUrl(options.url, '--url', subject.contract.document.servers)
  const files = await readReportFiles(options)
  const stop = stopOnSignal()
  const progress = showProgress(process.stderr)
  const report = await testConformance({
    ...{
      ...subject,
      url,
      headers: options.header ?? {},
      timeoutMs: options.timeout * 1000,
      signal: stop.signal,
    },
    ...(options.readOnly && { readOnly: true }),
    ...(options.strict && { strict: true }),
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.rate !== undefined && { rate: options.rate }),
    ...(options.maxResponseTime !== undefined && { maxResponseTimeMs: options.maxResponseTime }),
    onStart: (plan) => console.error(describePlan(subject.contract, plan)),
    onWait: progress.wait,
    onResult: progress.update,
  }).finally(progress.end)
  const color = process.stdout.isTTY && !process.env.NO_COLOR
  console.log(consoleReport(report, { color }))
  await writeReports(report, files)
  for (const file of Object.values(files)) console.log(`Wrote ${file}`)
  if (stop.code !== undefined) return stop.code
  const { covered, total } = report.coverage.responses
  const isCovered = covered * 100 >= (options.requireCoverage ?? 0) * total
  if (!isCovered) console.log(`Failed: coverage is below ${options.requireCoverage} % (--require-coverage).`)
  return isGreen(report) && isCovered ? 0 : exitCodes.failed
}

/** Stops the run on Ctrl+C or SIGTERM. A second signal ends the process without reports. */
function stopOnSignal() {
  const controller = new AbortController()
  const stop: { signal: AbortSignal; code?: number } = { signal: controller.signal }
  for (const [name, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.on(name, () => {
      if (stop.code !== undefined) process.exit(code)
      stop.code = code
      controller.abort()
    })
  return stop
}

async function toReadable(error: unknown): Promise<unknown> {
  const { ConnectionError } = await import('../conformance/connection.ts')
  if (error instanceof ConnectionError) return new UserError(error.message, { cause: error })
  return toUserError(error)
}
