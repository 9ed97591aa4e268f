import { type Api, type Catalog, defaultServerPath, mockPath } from '../catalog/api.ts'
import { pageTexts } from '../docs/texts/index.ts'
import { isServed } from './context.ts'

/**
 * Returns the `servers` of a contract that the hub serves, so that clients generated from it work unchanged.
 * @param origin the origin of the request
 * @param language the language of the descriptions
 */
export function serversOf(api: Api, origin: string, language = 'en') {
  const { servers } = pageTexts(language)
  return [
    { url: origin + mockPath(api), description: servers.mock },
    ...(api.server ? [{ url: origin + defaultServerPath(api), description: servers.sandbox }] : []),
  ]
}

/** Returns the `servers` of the development controls: all sandboxes. */
export function controlsServers({ apis }: Catalog, origin: string) {
  return apis.filter(isServed).map(({ name }) => ({
    url: `${origin}/sandbox/${name}`,
    description: `Sandbox of ${name}.`,
  }))
}
