import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import { describeFsError } from '../common/fs-error.ts'
import { UserError } from '../common/user-error.ts'
import { loadCatalog } from './generated.ts'

/** `auth-contracts docs build`: the docs as files. */
export function docsCommand(): Command {
  return new Command('docs').description('the rendered docs of all APIs').addCommand(
    new Command('build')
      .description('write the docs as a static site that asks nothing of any other host')
      .option('-o, --out <folder>', 'where to; files in the way are replaced', 'site')
      .addHelpText(
        'after',
        `
Examples:
  npx auth-contracts docs build
  npx auth-contracts docs build --out public/docs`,
      )
      .action(build),
  )
}

async function build({ out }: { out: string }): Promise<void> {
  await loadCatalog()
  const { buildSite } = await import('../docs/site.ts')
  await buildSite(out, (file) => console.log(`Wrote ${file}`)).catch((error) => {
    const problem = describeFsError(error)
    throw problem === undefined ? error : new UserError(`--out ${problem}`)
  })
  console.log(`Done. Open ${pathToFileURL(resolve(out, 'index.html'))}, or put the folder on any web server.`)
}
