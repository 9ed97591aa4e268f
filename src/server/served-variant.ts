import type { VariantName } from '../../generated/index.ts'
import { variants } from '../variants/index.ts'
import type { ServedVariant } from '../variants/variant.ts'
import { assertServedName } from './variant-name.ts'

/**
 * Loads a variant that has a server.
 * @throws {UserError} when the variant is only a contract
 */
export async function loadServedVariant(name: VariantName): Promise<ServedVariant> {
  assertServedName(name)
  const variant: Promise<object> = variants[name]()
  // The types of the handlers differ between variants. The server does not need them.
  return variant as Promise<ServedVariant>
}
