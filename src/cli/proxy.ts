import { Command } from 'commander'
import { Hono } from 'hono'
import type { Exchange } from '../conformance/exchange.ts'
import type { Finding } from '../conformance/finding.ts'
import { type CatalogOptions, withContractOptions } from './catalog.ts'
import { type AddressOptions, chooseAddress, withHostOption, withListenOptions } from './options.ts'
import { withRenamedOption } from './renamed-option.ts'
import { type ReportOptions, readReportFiles, withReportOptions } from './report-options.ts'
import { readUrl } from './test-options.ts'
import { readSubject } from './test-subject.ts'

const defaultPort = 4030

/** Creates `auth-contracts proxy [api]`, which judges the traffic between a frontend and its backend. */
export function proxyCommand(): Command {
  const command = withReportOptions(
    withContractOptions(withHostOption(withListenOptions(new Command('proxy'), defaultPort))),
  )
  return withRenamedOption(command, '--url <url>', '--upstream')
    .description('judge the traffic between a frontend and its backend by a contract')
    .argument('[api]', 'name of the API; leave it out if you have only one contract')
    .option('--upstream <url>', 'base URL of the backend, to which the paths of the contract are appended')
    .addHelpText(
      'after',
      `
Point the frontend, or its end-to-end tests, at the proxy instead of the backend. Violations are
printed as they happen. Ctrl+C prints the summary and writes the reports; the exit code is 1 if
the backend or the frontend has violated the contract.

Examples:
  npx auth-contracts proxy <api> --upstream https://staging.example.com
  npx auth-contracts proxy <api> --upstream http://localhost:3000 --port 4040 --html traffic.html`,
    )
    .action(proxy)
}

interface Options extends AddressOptions, ReportOptions, CatalogOptions {
  upstream?: string
  allowHost: string[]
}

async function proxy(api: string | undefined, { upstream, allowHost, ...options }: Options): Promise<void> {
  const base = readUrl(upstream, '--upstream')
  const subject = await readSubject(api, options)
  const files = await readReportFiles(options)
  const address = await chooseAddress(options, defaultPort)
  const [
    { createValidationProxy },
    { maskText },
    { serveUntilStopped },
    { guardHost },
    { readAllowedHosts },
  ] = await Promise.all([
    import('../conformance/proxy.ts'),
    import('../conformance/report/mask.ts'),
    import('./listen.ts'),
    import('../hub/host-guard.ts'),
    import('../server/config.ts'),
  ])
  let url = ''
  const validation = createValidationProxy({
    ...{ contract: subject.contract, upstream: base, url: () => url },
    onExchange: (exchange, findings) => {
      const text = describeFindings(exchange, findings)
      if (text) console.log(maskText(text))
    },
    ...(subject.adapter && { adapter: subject.adapter }),
  })
  const app = new Hono()
    .use(guardHost(address.host, readAllowedHosts(allowHost)))
    .all('*', (c) => validation.fetch(c.req.raw))
  const server = { fetch: app.fetch, badRequest: () => undefined, close: () => summarize() }
  url = await serveUntilStopped(server, address)
  console.log(`
  The proxy of ${subject.contract.name} is ready: ${url}
  It forwards to ${maskText(base)}.

  Press Ctrl+C to stop.
`)

  async function summarize(): Promise<void> {
    const { consoleReport } = await import('../conformance/report/console.ts')
    const { writeReports } = await import('../conformance/report/write.ts')
    const report = validation.report()
    console.log(consoleReport(report, { color: process.stdout.isTTY && !process.env.NO_COLOR }))
    await writeReports(report, files)
    for (const file of Object.values(files)) console.log(`Wrote ${file}`)
    if (report.failures.length > 0) process.exitCode = 1
  }
}

function describeFindings({ request, response: { status } }: Exchange, findings: Finding[]): string {
  const failures = findings.filter(({ severity }) => severity === 'failure')
  if (failures.length === 0) return ''
  return [
    `${request.method} ${new URL(request.url).pathname} ${status || 'no response'}`,
    ...failures.map(({ check, message }) => `  ${check}: ${message}`),
  ].join('\n')
}
