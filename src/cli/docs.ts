import { resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import { describeFsError } from '../common/fs-error.ts'
import { UserError } from '../common/user-error.ts'
import { type CatalogOptions, loadCatalog, withContractOptions } from './catalog.ts'
import { readServers } from './servers.ts'

/** Creates `auth-contracts docs build`, which writes the docs as files. */
export function docsCommand(): Command {
  return new Command('docs').description('build the docs of all APIs').addCommand(
    withContractOptions(new Command('build'))
      .description('write the docs of all APIs as a static site that loads nothing from other hosts')
      .option('-o, --out <folder>', 'output folder; existing files of the same names are replaced', 'site')
      .option(
        '--server <[api=]url>',
        'server that reference, code and downloads name (default: sandbox or mock of this machine); can be repeated',
        (text: string, earlier: string[]) => [...earlier, text],
        [],
      )
      .addHelpText(
        'after',
        `
Examples:
  npx auth-contracts docs build
  npx auth-contracts docs build --out public/docs
  npx auth-contracts docs build --contract ./openapi.yaml
  npx auth-contracts docs build --contract ./openapi.yaml --server https://api.example.com/v1`,
      )
      .action(build),
  )
}

async function build({
  out,
  server,
  ...options
}: CatalogOptions & { out: string; server: string[] }): Promise<void> {
  const { chosen } = await loadCatalog(options)
  const servers = readServers(server, chosen.names)
  const { buildSite } = await import('../docs/site.ts')
  const files = await buildSite(out, chosen, servers).catch((error) => {
    const problem = describeFsError(error)
    throw problem === undefined ? error : new UserError(`--out ${problem}`)
  })
  for (const line of summaryOf(files)) console.log(line)
  console.log(
    `Done. Open ${pathToFileURL(resolve(out, 'index.html'))}, or upload the folder to any web server.`,
  )
}

/** Lists the files that are about all APIs, and counts those of each API. */
function summaryOf(files: string[]): string[] {
  const [shared, ofApis] = [
    files.filter((file) => !file.includes(sep)),
    files.filter((file) => file.includes(sep)),
  ]
  const folders = Map.groupBy(ofApis, (file) => file.slice(0, file.indexOf(sep)))
  return [
    `Wrote ${shared.toSorted().join(', ')}`,
    ...[...folders].map(([api, { length }]) => `Wrote ${api}${sep}: ${length} files`).toSorted(),
  ]
}
