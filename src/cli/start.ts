import { Command, InvalidArgumentError } from 'commander'
import { type Api, type Catalog, createCatalog, defaultServerPath, mockPath } from '../catalog/api.ts'
import { hideCredentials } from '../common/base-url.ts'
import type { Delay } from '../mock/delay.ts'
import { type CatalogOptions, type Catalogs, findApi, withContractOptions } from './catalog.ts'
import { openCatalog } from './live-catalog.ts'
import { networkNotice } from './network-urls.ts'
import {
  type AddressOptions,
  chooseAddress,
  withDataOptions,
  withDelayOption,
  withHostOption,
  withListenOptions,
} from './options.ts'
import { readUpstreams } from './upstreams.ts'

const defaultPort = 4000
/** The time to request the home page before mocks and sandboxes are loaded, in milliseconds. */
const warmUpDelayMs = 1000

/** Creates `auth-contracts start`, which serves everything on one port. */
export function startCommand(): Command {
  return withContractOptions(
    withDelayOption(withDataOptions(withHostOption(withListenOptions(new Command('start'), defaultPort)))),
  )
    .description('serve the home page and the mock, sandbox, docs and contract of every API')
    .argument('[apis...]', 'names of the APIs to serve (default: your own, or else all)')
    .option('--rate-limits', 'apply the rate limits of the APIs in the sandboxes')
    .option(
      '--upstream <api=url>',
      'pass calls of an API on to your backend, as far as it implements them; can be repeated',
      (text, earlier: string[]) => [...earlier, text],
      [],
    )
    .option(
      '--public-url <url>',
      'URL at which browsers reach the server, if it differs from its own; links and redirects contain it',
      readPublicUrl,
    )
    .addHelpText(
      'after',
      `
Changes of local contracts and of the configuration file apply without a restart.

Examples:
  npm start
  npm start -- --port 0
  npx auth-contracts start --port 8080
  npx auth-contracts start --memory
  npx auth-contracts start --contract ./openapi.yaml
  npx auth-contracts start <api> --contract acme=./openapi.yaml
  npx auth-contracts start --upstream <api>=https://staging.example.com
  npx auth-contracts start --host 0.0.0.0
  npx auth-contracts start --allow-host '*.tunnel.example'
  npx auth-contracts start --public-url https://auth.tunnel.example`,
    )
    .action(start)
}

type Options = AddressOptions &
  CatalogOptions & {
    data: string
    memory?: boolean
    allowHost: string[]
    rateLimits?: boolean
    delay?: Delay
    upstream: string[]
    publicUrl?: string
  }

async function start(
  names: string[],
  { data, memory, allowHost, rateLimits = false, delay, upstream, publicUrl, ...options }: Options,
): Promise<void> {
  const live = await openCatalog(options)
  const catalog = chooseApis(names, options, live.catalogs)
  const upstreams = readUpstreams(upstream, catalog.names)
  const { createHub } = await import('../hub/app.ts')
  const { readAllowedHosts } = await import('../server/config.ts')
  const { createDataLocks } = await import('./data-locks.ts')
  const { serveUntilStopped } = await import('./listen.ts')
  const address = await chooseAddress(options, defaultPort)
  let listeningUrl = ''
  const origin = () => publicUrl ?? listeningUrl
  const publicHost = publicUrl === undefined ? [] : [new URL(publicUrl).hostname]
  const hub = createHub({
    catalog,
    host: address.host,
    allowedHosts: [...readAllowedHosts(allowHost), ...publicHost],
    ...(delay && { delay }),
    sandboxes: { data: memory ? null : data, origin, rateLimits },
  })
  const locks = memory ? undefined : createDataLocks(data)
  let warmUp: NodeJS.Timeout | undefined
  const close = async () => {
    clearTimeout(warmUp)
    live.close()
    await hub.close()
    locks?.release()
  }
  await serveUntilStopped({ ...hub, close }, address, (url) => {
    listeningUrl = url
    // An upstream must not be the hub itself, whose port is known only now.
    for (const [name, upstream] of upstreams) hub.setUpstream(name, upstream, [url, origin()])
    locks?.add(catalog, url)
  })
  live.onChange((catalogs) => {
    const changed = chooseApis(names, options, catalogs)
    locks?.add(changed, listeningUrl)
    hub.setCatalog(changed)
  })
  const url = origin()
  const lines = catalog.apis.flatMap((api) => linesOf(api, url, upstreams.get(api.name)))
  const width = Math.max(...catalog.names.map((name) => name.length))
  console.log(`
  auth-contracts is ready: ${url}

${lines.map(([name, line]) => `  ${name.padEnd(width)}  ${line}`).join('\n')}
${networkNotice(address.host, listeningUrl)}
  Contracts to download: ${url}/contracts/<api>/openapi.yaml
  Press Ctrl+C to stop.
`)
  // Loading a mock blocks the process. Load them while the user reads the home page.
  const load = async () => {
    await hub.warmUp().catch((error) => {
      console.error(`A mock or sandbox cannot be loaded: ${error.message}`)
    })
    await live.reportSchemas()
  }
  warmUp = setTimeout(load, warmUpDelayMs).unref()
}

/** Returns the APIs that arguments name and those of `--contract`, or else the ones of the user or all. */
function chooseApis(names: string[], options: CatalogOptions, { all, chosen }: Catalogs): Catalog {
  if (names.length === 0) return chosen
  const own = options.contract.length > 0 ? chosen.apis : []
  return createCatalog([...new Set([...own, ...names.map((name) => findApi(all, name))])])
}

/** Returns what the banner says about an API. Only its first line has the name. */
function linesOf(api: Api, url: string, upstream: string | undefined): [name: string, line: string][] {
  const lines = [
    `mock     ${url}${mockPath(api)}`,
    ...(api.server ? [`sandbox  ${url}${defaultServerPath(api)}`] : []),
    `docs     ${url}/docs/${api.name}/`,
    ...(upstream === undefined ? [] : [`upstream ${hideCredentials(upstream)}`]),
  ]
  return lines.map((line, index) => [index === 0 ? api.name : '', line])
}

/** The pages of the hub expect its root, so a public URL has no path. */
function readPublicUrl(text: string): string {
  const url = URL.parse(text)
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
  if (isOrigin) return url.origin
  throw new InvalidArgumentError(
    'Pass an http or https URL without a path, such as https://auth.example.com.',
  )
}
