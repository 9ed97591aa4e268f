import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { hideCredentials } from '../common/base-url.ts'
import type { Delay } from '../mock/delay.ts'
import { loadCatalog } from './catalog.ts'
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
  return withDelayOption(
    withDataOptions(withHostOption(withListenOptions(new Command('start'), defaultPort))),
  )
    .description('serve the home page and the mock, sandbox, docs and contract of every API')
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
Examples:
  npm start
  npm start -- --port 0
  npx auth-contracts start --port 8080
  npx auth-contracts start --memory
  npx auth-contracts start --upstream <api>=https://staging.example.com
  npx auth-contracts start --host 0.0.0.0
  npx auth-contracts start --allow-host '*.tunnel.example'
  npx auth-contracts start --public-url https://auth.tunnel.example`,
    )
    .action(start)
}

async function start({
  data,
  memory,
  allowHost,
  rateLimits = false,
  delay,
  upstream,
  publicUrl,
  ...options
}: AddressOptions & {
  data: string
  memory?: boolean
  allowHost: string[]
  rateLimits?: boolean
  delay?: Delay
  upstream: string[]
  publicUrl?: string
}): Promise<void> {
  const { variantNames } = await loadCatalog()
  const upstreams = readUpstreams(upstream, variantNames)
  const { createHub } = await import('../hub/app.ts')
  const { readAllowedHosts } = await import('../server/config.ts')
  const { lockData } = await import('../server/data-folder.ts')
  const { serveUntilStopped } = await import('./listen.ts')
  const address = await chooseAddress(options, defaultPort)
  let listeningUrl = ''
  const origin = () => publicUrl ?? listeningUrl
  const publicHost = publicUrl === undefined ? [] : [new URL(publicUrl).hostname]
  const hub = createHub({
    host: address.host,
    allowedHosts: [...readAllowedHosts(allowHost), ...publicHost],
    ...(delay && { delay }),
    sandboxes: { data: memory ? null : data, origin, rateLimits },
  })
  let unlock = () => {}
  let warmUp: NodeJS.Timeout | undefined
  const close = async () => {
    clearTimeout(warmUp)
    await hub.close()
    unlock()
  }
  await serveUntilStopped({ ...hub, close }, address, (url) => {
    listeningUrl = url
    // An upstream must not be the hub itself, whose port is known only now.
    for (const [variant, upstream] of upstreams) hub.setUpstream(variant, upstream, [url, origin()])
    if (memory) return
    const files = variantNames.map((variant) => join(data, `${variant}.db`))
    unlock = lockData(data, files, url)
  })
  const url = origin()
  const width = Math.max(...variantNames.map((name) => name.length))
  const lines = variantNames.flatMap((name) => [
    `  ${name.padEnd(width)}  mock     ${url}/mock/${name}`,
    `  ${' '.repeat(width)}  sandbox  ${url}/sandbox/${name}`,
    `  ${' '.repeat(width)}  docs     ${url}/docs/${name}/`,
    ...upstreamLine(upstreams.get(name), width),
  ])
  console.log(`
  auth-contracts is ready: ${url}

${lines.join('\n')}
${networkNotice(address.host, listeningUrl)}
  Contracts to download: ${url}/contracts/<api>/openapi.yaml
  Press Ctrl+C to stop.
`)
  // Loading a mock blocks the process. Load them while the user reads the home page.
  const load = () =>
    hub.warmUp().catch((error) => {
      console.error(`A mock or sandbox cannot be loaded: ${error.message}`)
    })
  warmUp = setTimeout(load, warmUpDelayMs).unref()
}

const upstreamLine = (url: string | undefined, width: number) =>
  url === undefined ? [] : [`  ${' '.repeat(width)}  upstream ${hideCredentials(url)}`]

/** The pages of the hub expect its root, so a public URL has no path. */
function readPublicUrl(text: string): string {
  const url = URL.parse(text)
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
  if (isOrigin) return url.origin
  throw new InvalidArgumentError(
    'Pass an http or https URL without a path, such as https://auth.example.com.',
  )
}
