import { existsSync } from 'node:fs'
import { UserError } from '../common/user-error.ts'

/**
 * Loads the module of the APIs of this package. A dynamic import, so that `--help` works without the
 * generated files.
 * @throws {UserError} if a file of `generated/` is missing
 */
export async function loadBuiltIn() {
  const missing = (what: string) => new UserError(`${what} is missing. Create it with: npm run generate`)
  const module = await import('../catalog/built-in.ts').catch((error) => {
    throw error.code === 'ERR_MODULE_NOT_FOUND' ? missing('The folder generated/') : error
  })
  const absent = module.generatedFiles().find((file) => !existsSync(file))
  if (absent) throw missing(`The file generated/${absent.href.split('/').slice(-2).join('/')}`)
  return module
}

/**
 * Checks the name of an API given on the command line, which must have a server.
 * @throws {UserError} if there is no such API, or it has no server
 */
export async function resolveServed(name: string | undefined) {
  const { builtInCatalog } = await loadBuiltIn()
  if (name === undefined)
    throw new UserError(`Pass the name of an API: ${builtInCatalog().names.join(', ')}.`)
  const { toServedName } = await import('../server/variant-name.ts')
  return toServedName(name)
}
