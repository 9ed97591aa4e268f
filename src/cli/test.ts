import { Command, InvalidArgumentError } from 'commander'
import { UserError } from '../common/user-error.ts'
import type { ConformanceOptions } from '../conformance/index.ts'
import type { Format, ReportFiles } from '../conformance/report/write.ts'
import { toUserError } from '../server/user-errors.ts'
import { loadCatalog, resolveVariant } from './catalog.ts'
import { describePlan, showProgress } from './test-progress.ts'

/** Exit codes: 1 means that the server failed, 2 that the test could not run. */
const exitCodes = { failed: 1, notRun: 2 }

/** Creates `auth-contracts test [api]`, which tests whether a server keeps a contract. */
export function testCommand(): Command {
  return new Command('test')
    .description('test whether a server keeps a contract')
    .argument('[api]', 'name of the API; leave it out with --contract')
    .option('--url <url>', 'base URL of the server, to which the paths of the contract are appended')
    .option('--contract <file|url>', 'OpenAPI document to test by instead of that of an API (JSON or YAML)')
    .option('--only <names>', 'packs or operations to test, separated by commas', splitNames)
    .option('--hooks <file>', 'module (.ts or .js) with hooks, such as one that reads mails')
    .option('--header <header>', "header of every request, as 'Name: value'; can be repeated", collectHeader)
    .option('--read-only', 'leave out every test that creates or changes data')
    .option('--strict', "also fail on differences from what the contract adds to the API's own document")
    .option('--seed <number>', 'repeat the order and the data of an earlier run', parseWhole)
    .option('--rate <number>', 'highest number of requests per second', parsePositive)
    .option('--timeout <seconds>', 'how long to wait for a response', parsePositive, 10)
    .option('--max-response-time <ms>', 'fail on slower responses', parsePositive)
    .option('--require-coverage <percent>', 'fail if fewer of the declared responses were seen', parsePercent)
    .option('--junit <file>', 'write a JUnit XML report')
    .option('--json <file>', 'write a JSON report')
    .option('--ctrf <file>', 'write a report in the Common Test Report Format')
    .option('--html <file>', 'write a report as a web page')
    .option('--har <file>', 'write all requests and responses as HTTP Archive')
    .addHelpText(
      'after',
      `
Exit codes: 0 nothing failed, 1 something failed, 2 the test could not run, 130 stopped by Ctrl+C.
src/conformance/README.md describes the checks, the hooks, and how to use the command in CI.

Examples:
  npx auth-contracts test <api> --url http://localhost:4020
  npx auth-contracts test <api> --url https://staging.example.com --junit report.xml --html report.html
  npx auth-contracts test <api> --url https://staging.example.com --hooks ./hooks.ts --require-coverage 90
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

interface Options extends Partial<Record<Format, string>> {
  url?: string
  contract?: string
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
  const { checkWritable, formats, writeReports } = await import('../conformance/report/write.ts')
  const { consoleReport } = await import('../conformance/report/console.ts')
  const { isGreen } = await import('../conformance/report/describe.ts')
  const files: ReportFiles = Object.fromEntries(
    (Object.keys(formats) as Format[]).flatMap((format) =>
      options[format] === undefined ? [] : [[format, options[format]]],
    ),
  )
  const subject = await readSubject(api, options)
  const url = readUrl(options.url)
  await checkWritable(files)
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

function readUrl(text: string | undefined): string {
  if (text === undefined)
    throw new UserError('Pass the base URL of the server, such as --url http://localhost:4020.')
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new UserError(`--url ${text} is not an http or https URL. Pass one such as http://localhost:4020.`)
  if (url.search || url.hash)
    throw new UserError(`--url ${text} has a query or fragment, to which no path can be appended. Remove it.`)
  return text
}

type Subject = Pick<
  ConformanceOptions,
  'contract' | 'adapter' | 'hooks' | 'packs' | 'operations' | 'otherContracts'
> & { contract: ConformanceOptions['contract'] }

/** Reads what to test: the contract, the adapter, the hooks and the selection. */
async function readSubject(
  api: string | undefined,
  { contract: source, hooks: hooksFile, only }: Options,
): Promise<Subject> {
  const { loadContract } = await import('../conformance/contract/load.ts')
  if (api !== undefined && source !== undefined)
    throw new UserError(`Pass either the API ${api} or --contract ${source}, not both.`)
  const known = source === undefined ? await readKnown(api) : { contract: await loadContract(source) }
  const { loadHooks } = await import('../conformance/load-hooks.ts')
  const hooks = hooksFile === undefined ? undefined : await loadHooks(hooksFile)
  return { ...known, ...(await readSelection(known.contract, only)), ...(hooks && { hooks }) }
}

/** Reads the contract of an API of this package, and what the kit knows about it. */
async function readKnown(api: string | undefined): Promise<Subject> {
  if (api === undefined) {
    const { variantNames } = await loadCatalog()
    throw new UserError(
      `Pass the name of an API (${variantNames.join(', ')}), or a contract with --contract <file>.`,
    )
  }
  const variant = await resolveVariant(api)
  const { contractUrl, variantNames } = await loadCatalog()
  const { loadContract } = await import('../conformance/contract/load.ts')
  const { adapters } = await import('../conformance/variants/index.ts')
  const adapter = adapters[variant]
  return {
    contract: await loadContract(contractUrl(variant), variant),
    ...(adapter && { adapter }),
    otherContracts: () =>
      Promise.all(
        variantNames.filter((name) => name !== variant).map((name) => loadContract(contractUrl(name), name)),
      ),
  }
}

async function readSelection(
  { operations }: Subject['contract'],
  only: string[] | undefined,
): Promise<Pick<Subject, 'packs' | 'operations'>> {
  if (!only) return {}
  const { packs } = await import('../conformance/test-case.ts')
  const ids = operations.map(({ id }) => id)
  const unknown = only.find((name) => !ids.includes(name) && !packs.some((pack) => pack === name))
  if (unknown !== undefined)
    throw new UserError(
      `--only ${unknown} is neither a pack (${packs.join(', ')}) nor an operation (${ids.join(', ')}).`,
    )
  const chosenPacks = packs.filter((pack) => only.includes(pack))
  const chosenIds = ids.filter((id) => only.includes(id))
  return {
    ...(chosenPacks.length > 0 && { packs: chosenPacks }),
    ...(chosenIds.length > 0 && { operations: chosenIds }),
  }
}

async function toReadable(error: unknown): Promise<unknown> {
  const { ConnectionError } = await import('../conformance/connection.ts')
  if (error instanceof ConnectionError) return new UserError(error.message, { cause: error })
  return toUserError(error)
}

const splitNames = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

function collectHeader(text: string, earlier: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*([^\r\n]*)$/.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError("Pass a header as 'Name: value'.")
  return { ...earlier, [name]: value }
}

function parseWhole(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Pass a whole number.')
}

function parsePositive(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text)
  throw new InvalidArgumentError('Pass a number above 0.')
}

function parsePercent(text: string): number {
  const [, number = ''] = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text) ?? []
  if (number !== '' && Number(number) <= 100) return Number(number)
  throw new InvalidArgumentError('Pass a percentage from 0 to 100.')
}
