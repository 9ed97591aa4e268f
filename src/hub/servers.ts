import { type VariantName, variantNames } from '../../generated/index.ts'
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

/** Returns the `servers` of the development controls: all sandboxes. */
export function controlsServers(origin: string) {
  return variantNames.map((variant) => ({
    url: `${origin}/sandbox/${variant}`,
    description: `Sandbox of ${variant}.`,
  }))
}
