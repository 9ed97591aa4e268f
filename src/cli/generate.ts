import { join, relative, resolve } from 'node:path'
import { Command } from 'commander'
import { UserError } from '../common/user-error.ts'
import type { ContractFile } from '../contract-files/load.ts'
import { type CatalogOptions, readSources, withContractOptions } from './catalog.ts'

/** Creates `auth-contracts generate`, which writes the code of contracts of users. */
export function generateCommand(): Command {
  return withContractOptions(new Command('generate'))
    .description('generate types, zod schemas and Hono routes from your own OpenAPI documents')
    .option('--out <folder>', 'folder for the files; each contract gets one in it', 'generated')
    .option('--watch', 'generate again whenever a file of a contract, or the configuration, changes')
    .addHelpText(
      'after',
      `
Writes openapi.json, types.ts, schemas.ts and routes.ts. Operations that the code cannot express are left out
of schemas.ts and routes.ts, and listed as warnings with file and line. The files import each other as the
nearest tsconfig.json of the folder allows: as .ts for Node, as .js, or without an extension for bundlers.

Examples:
  npx auth-contracts generate --contract ./openapi.yaml
  npx auth-contracts generate --contract acme=./openapi.yaml --out src/generated
  npx auth-contracts generate --contract ./openapi.yaml --watch
  npx auth-contracts generate --contract acme=./acme.yaml --contract https://example.com/other.json`,
    )
    .action(generate)
}

async function generate({
  watch = false,
  ...options
}: CatalogOptions & { out: string; watch?: boolean }): Promise<void> {
  if (!watch) {
    const { loadContractFile } = await import('../contract-files/load.ts')
    return generateOnce(options, (source) => loadContractFile(source))
  }
  const { findConfig } = await import('../catalog/config.ts')
  const config = options.config ?? findConfig()
  const [{ watchContracts }, { printError }] = await Promise.all([
    import('./watch-contracts.ts'),
    import('./print-error.ts'),
  ])
  const generateAgain = () =>
    generateOnce({ ...options, ...(config !== undefined && { config }) }, contracts.read)
  const contracts = watchContracts(generateAgain, { keepAlive: true })
  if (config !== undefined) contracts.add(resolve(config))
  await generateAgain().catch((error) => {
    if (!contracts.isWatching()) throw error
    printError(error)
  })
  if (!contracts.isWatching())
    throw new UserError('There is nothing to watch: contracts at URLs are read once. Leave out --watch.')
  console.log('Watching the contracts for changes. Press Ctrl+C to stop.')
}

/** @param read reads a contract */
async function generateOnce(
  options: CatalogOptions & { out: string },
  read: (source: string) => Promise<ContractFile>,
): Promise<void> {
  const { sources } = await readSources(options)
  if (sources.length === 0)
    throw new UserError('Pass an OpenAPI document, such as --contract ./openapi.yaml.')
  const start = performance.now()
  const { generateCode } = await import('../codegen/generate-code.ts')
  const contracts = await Promise.all(
    sources.map(async ({ name, source }) => ({ name, file: await read(source) })),
  )
  const { files, warnings } = await generateCode({ contracts, out: options.out })
  for (const { location, message } of warnings)
    console.error(`warning: ${location.file}:${location.line} ${message}`)
  for (const file of files) console.log(relative('', join(options.out, file)))
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`Generated ${sources.map(({ name }) => name).join(', ')} in ${seconds} s.`)
}
