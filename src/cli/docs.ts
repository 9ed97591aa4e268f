import { resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import { describeFsError } from '../common/fs-error.ts'
import { UserError } from '../common/user-error.ts'
import { type CatalogOptions, loadCatalog, withContractOptions } from './catalog.ts'

/** Creates `auth-contracts docs build`, which writes the docs as files. */
export function docsCommand(): Command {
  return new Command('docs').description('build the docs of all APIs').addCommand(
    withContractOptions(new Command('build'))
      .description('write the docs of all APIs as a static site that loads nothing from other hosts')
      .option('-o, --out <folder>', 'output folder; existing files of the same names are replaced', 'site')
      .addHelpText(
        'after',
        `
Examples:
  npx auth-contracts docs build
  npx auth-contracts docs build --out public/docs
  npx auth-contracts docs build --contract ./openapi.yaml`,
      )
      .action(build),
  )
}

async function build({ out, ...options }: CatalogOptions & { out: string }): Promise<void> {
  const { chosen } = await loadCatalog(options)
  const { buildSite } = await import('../docs/site.ts')
  const files = await buildSite(out, chosen).catch((error) => {
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
