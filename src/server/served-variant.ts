import type { VariantName } from '../../generated/index.ts'
import { UserError } from '../common/user-error.ts'
import { variants } from '../variants/index.ts'
import { isServed, type ServedVariant, type Variant } from '../variants/variant.ts'

/**
 * Loads a variant that has a server.
 * @throws {UserError} when the variant is only a contract
 */
export async function loadServedVariant(name: VariantName): Promise<ServedVariant> {
  const variant: Variant = await variants[name]()
  if (!isServed(variant)) throw new UserError(`${name} has no server, only a contract.`)
  return variant
}
