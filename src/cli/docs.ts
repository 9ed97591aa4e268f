import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import { loadCatalog } from './generated.ts'
import { UserError } from './user-error.ts'

/** `auth-contracts docs build`: the docs as files. */
export const docsCommand = (): Command =>
  new Command('docs').description('the rendered docs of all APIs').addCommand(
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

async function build({ out }: { out: string }): Promise<void> {
  await loadCatalog()
  const { buildSite } = await import('../docs/site.ts')
  await buildSite(out, (file) => console.log(`Wrote ${file}`)).catch((error) => {
    throw explain(error, out)
  })
  console.log(`Done. Open ${pathToFileURL(resolve(out, 'index.html'))}, or put the folder on any web server.`)
}

/** Only the file system knows these codes; what Redoc has to say stays as it is. */
function explain(error: NodeJS.ErrnoException, out: string): Error {
  switch (error.code) {
    case 'EEXIST':
    case 'ENOTDIR':
    case 'EISDIR':
      return new UserError(`--out ${out}: a file stands where a folder is needed. Choose another folder.`)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOENT':
      return new UserError(
        `--out ${out}: this folder cannot be written. Choose another one, or change its rights.`,
      )
    case 'ENOSPC':
      return new UserError(`--out ${out}: there is no space left on the device.`)
    default:
      return error
  }
}
