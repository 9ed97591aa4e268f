import { existsSync } from 'node:fs'
import { unknownName } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'

/**
 * Loads the catalog of generated contracts. A dynamic import, so that `--help` works without the catalog.
 * @throws {UserError} if a file of `generated/` is missing
 */
export async function loadCatalog() {
  const missing = (what: string) => new UserError(`${what} is missing. Create it with: npm run generate`)
  const catalog = await import('../../generated/index.ts').catch((error) => {
    throw error.code === 'ERR_MODULE_NOT_FOUND' ? missing('The folder generated/') : error
  })
  const files = catalog.variantNames.flatMap((name) => [
    catalog.contractUrl(name),
    catalog.contractUrl(name, '3.0'),
  ])
  const absent = files.find((file) => !existsSync(file))
  if (absent) throw missing(`The file generated/${absent.href.split('/').slice(-2).join('/')}`)
  return catalog
}

/**
 * Finds the API with the name given on the command line.
 * @throws {UserError} with the available names if there is no such API
 */
export async function resolveVariant(name: string | undefined) {
  const { variantNames } = await loadCatalog()
  const variant = variantNames.find((candidate) => candidate === name)
  if (variant) return variant
  throw new UserError(
    name ? unknownName('API', name, variantNames) : `Pass the name of an API: ${variantNames.join(', ')}.`,
  )
}
