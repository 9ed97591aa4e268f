import { variantNames } from '../../generated/index.ts'
import { throwUnknown } from '../common/unknown-name.ts'

/**
 * Checks the name of an API, which callers without TypeScript can misspell.
 * @throws {UserError} if there is no such API
 */
export function assertVariantName(name: string): void {
  if (!(variantNames as readonly string[]).includes(name)) throwUnknown('API', name, variantNames)
}
