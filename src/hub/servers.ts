import type { VariantName } from '../../generated/index.ts'
import { pageTexts } from '../docs/texts/index.ts'

/**
 * Returns the `servers` of a contract that the hub serves, so that clients generated from it work unchanged.
 * @param origin the origin of the request
 * @param language the language of the descriptions
 */
export function serversOf(variant: VariantName, origin: string, language = 'en') {
  const { servers } = pageTexts(language)
  return [
    { url: `${origin}/mock/${variant}`, description: servers.mock },
    { url: `${origin}/sandbox/${variant}`, description: servers.sandbox },
  ]
}
