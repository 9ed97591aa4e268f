import { type VariantName, variantNames } from '../../generated/index.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import { isServed, type ServedName } from '../variants/index.ts'

/**
 * Checks the name of an API, which callers without TypeScript can misspell.
 * @throws {UserError} if there is no such API
 */
export function assertVariantName(name: string): asserts name is VariantName {
  if (!(variantNames as readonly string[]).includes(name)) throwUnknown('API', name, variantNames)
}

/**
 * Checks the name of an API that must have a server.
 * @throws {UserError} if there is no such API, or it is only a contract
 */
export function assertServedName(name: string): asserts name is ServedName {
  assertVariantName(name)
  if (!isServed(name))
    throw new UserError(`${name} has a contract but no server. Try: npx auth-contracts mock ${name}`)
}

/**
 * Returns the name of an API that has a server.
 * @throws {UserError} if there is no such API, or it is only a contract
 */
export function toServedName(name: string): ServedName {
  assertServedName(name)
  return name
}
