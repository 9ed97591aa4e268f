import { Command } from 'commander'
import type { Delay } from '../mock/delay.ts'
import { type CatalogOptions, chooseApi, withContractOptions } from './catalog.ts'
import { openCatalog } from './live-catalog.ts'
import { networkNotice } from './network-urls.ts'
import {
  type AddressOptions,
  chooseAddress,
  withDelayOption,
  withHostOption,
  withListenOptions,
} from './options.ts'

const defaultPort = 4010

/** Creates `auth-contracts mock <api>`, which serves the mock of one API with its paths at the root. */
export function mockCommand(): Command {
  return withContractOptions(
    withDelayOption(withHostOption(withListenOptions(new Command('mock'), defaultPort))),
  )
    .description('serve the mock of one API, with its paths at the root')
    .argument('[api]', 'name of the API; leave it out to list the names')
    .addHelpText(
      'after',
      `
Changes of local contracts and of the configuration file apply without a restart.

Examples:
  npx auth-contracts mock
  npx auth-contracts mock <api>
  npx auth-contracts mock <api> --port 8080
  npx auth-contracts mock <api> --delay 100-500
  npx auth-contracts mock --contract ./openapi.yaml`,
    )
    .action(mock)
}

async function mock(
  name: string | undefined,
  { allowHost, delay, ...options }: AddressOptions & CatalogOptions & { allowHost: string[]; delay?: Delay },
): Promise<void> {
  const live = await openCatalog(options)
  const api = chooseApi(name, live.catalogs)
  const [{ createMockServer }, { readAllowedHosts }, { serveUntilStopped }, { firstCallCode }] =
    await Promise.all([
      import('../hub/mocks.ts'),
      import('../server/config.ts'),
      import('./listen.ts'),
      import('../snippets/index.ts'),
    ])
  const address = await chooseAddress(options, defaultPort)
  const server = await createMockServer(api, {
    host: address.host,
    allowedHosts: readAllowedHosts(allowHost),
    ...(delay && { delay }),
  })
  live.onChange((catalogs) => server.setApi(chooseApi(api.name, catalogs)))
  const origin = await serveUntilStopped({ ...server, close: live.close }, address)
  const url = origin + api.basePath
  const command = firstCallCode(await api.readDocument(), api.name, url)?.curl
  console.log(`
  The mock of ${api.name} is ready: ${url}
${networkNotice(address.host, origin)}${command ? `\n${command.replace(/^/gm, '  ')}\n` : ''}
  Press Ctrl+C to stop.
`)
  await live.reportSchemas()
}
