import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import type { Delay } from '../mock/delay.ts'
import { loadCatalog, resolveVariant } from './catalog.ts'
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
  return withDelayOption(withHostOption(withListenOptions(new Command('mock'), defaultPort)))
    .description('serve the mock of one API, with its paths at the root')
    .argument('[api]', 'name of the API; leave it out to list the names')
    .addHelpText(
      'after',
      `
Examples:
  npx auth-contracts mock
  npx auth-contracts mock <api>
  npx auth-contracts mock <api> --port 8080
  npx auth-contracts mock <api> --delay 100-500`,
    )
    .action(mock)
}

async function mock(
  api: string | undefined,
  { allowHost, delay, ...options }: AddressOptions & { allowHost: string[]; delay?: Delay },
): Promise<void> {
  const variant = await resolveVariant(api)
  const { contractUrl } = await loadCatalog()
  const [{ createMockServer }, { readAllowedHosts }, { serveUntilStopped }, { signInCode }] =
    await Promise.all([
      import('../hub/mocks.ts'),
      import('../server/config.ts'),
      import('./listen.ts'),
      import('../snippets/index.ts'),
    ])
  const address = await chooseAddress(options, defaultPort)
  const server = await createMockServer(variant, {
    host: address.host,
    allowedHosts: readAllowedHosts(allowHost),
    ...(delay && { delay }),
  })
  const url = await serveUntilStopped(server, address)
  const document = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
  const command = signInCode(document, variant, url)?.curl
  console.log(`
  The mock of ${variant} is ready: ${url}
${networkNotice(address.host, url)}${command ? `\n${command.replace(/^/gm, '  ')}\n` : ''}
  Press Ctrl+C to stop.
`)
}
