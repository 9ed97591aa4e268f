import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import type { ListenOptions } from '../server/listen.ts'
import { withAddress } from './address.ts'
import { chosenVariant, loadCatalog } from './generated.ts'

/** `auth-contracts mock <name>`: one mock, with the contract's paths at the root. */
export function mockCommand(): Command {
  return withAddress(new Command('mock'), 4010)
    .description('serve the mock of one API, with its paths at the root')
    .argument('[name]', 'which API; without a name, the command lists them')
    .addHelpText(
      'after',
      `
Examples:
  npx auth-contracts mock
  npx auth-contracts mock <name>
  npx auth-contracts mock <name> --port 8080`,
    )
    .action(mock)
}

async function mock(name: string | undefined, address: ListenOptions): Promise<void> {
  const variant = await chosenVariant(name)
  const { contractUrl } = await loadCatalog()
  const [{ createMockServer }, { run }, { signInCommand }] = await Promise.all([
    import('../hub/mocks.ts'),
    import('./run.ts'),
    import('../snippets/curl.ts'),
  ])
  const url = await run(await createMockServer(variant, address.host), address)
  const command = signInCommand(JSON.parse(await readFile(contractUrl(variant), 'utf8')), url)
  console.log(`
  The mock of ${variant} is ready: ${url}
${command ? `\n${command.replace(/^/gm, '  ')}\n` : ''}
  Ctrl+C stops it.
`)
}
