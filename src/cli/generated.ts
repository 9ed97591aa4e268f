import { existsSync } from 'node:fs'
import { UserError } from '../common/user-error.ts'

/**
 * The catalog of the contracts. It is read when a command runs, for `--help` should work without it.
 * @throws {UserError} when `generated/` is not there, or not all of it
 */
export async function loadCatalog() {
  const missing = (what: string) => new UserError(`${what} is missing. Make it with: npm run generate`)
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
 * The API that somebody named on the command line.
 * @throws {UserError} with those that there are
 */
export async function chosenVariant(name: string | undefined) {
  const { variantNames } = await loadCatalog()
  const variant = variantNames.find((candidate) => candidate === name)
  if (variant) return variant
  const list = `There are: ${variantNames.join(', ')}.`
  throw new UserError(name ? `There is no API "${name}". ${list}` : `Say which API. ${list}`)
}
