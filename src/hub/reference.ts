import { type Api, defaultServerPath, mockPath } from '../catalog/api.ts'
import { controls } from '../common/controls.ts'
import { apiOfExamples } from '../docs/controls.ts'
import type { ReferenceOptions } from '../docs/reference.ts'
import type { Document } from '../openapi/document.ts'
import type { HubContext } from './context.ts'
import { controlsPath, docsUrl, referencePath } from './docs-urls.ts'
import { controlsServers, serversOf } from './servers.ts'

/** A placeholder in reference pages for the origin of the hub, which depends on the request. */
export const anyOrigin = 'http://hub.invalid'

/**
 * Returns the options of the reference page of an API in the hub.
 * @param script the script of the page, if it has one
 */
export function hubReference(
  api: Api,
  language: string,
  navigationFor: HubContext['navigationFor'],
  script?: string,
): ReferenceOptions {
  const { name } = api
  return {
    api,
    language,
    otherLanguages: api.languages
      .filter((other) => other !== language)
      .map((other) => ({ language: other, url: referencePath(name, other) })),
    target: 'hub',
    navigation: navigationFor(referencePath(name, language)),
    home: `/#${name}`,
    files: `/contracts/${name}`,
    url: docsUrl,
    console: `${anyOrigin}/console/${name}`,
    sandbox: anyOrigin + defaultServerPath(api),
    mock: `<${anyOrigin}${mockPath(api)}>`,
    servers: serversOf(api, anyOrigin, language),
    ...(script !== undefined && { script }),
  }
}

/** Returns the options of the reference page of the development controls in the hub. */
export function hubControls(
  document: Document,
  { catalog, navigationFor }: Pick<HubContext, 'catalog' | 'navigationFor'>,
): ReferenceOptions {
  return {
    api: undefined,
    language: 'en',
    otherLanguages: [],
    target: 'hub',
    navigation: navigationFor(controlsPath),
    home: '/',
    files: `/contracts/${controls}`,
    url: docsUrl,
    sandbox: `${anyOrigin}/sandbox/${apiOfExamples(document)}`,
    servers: controlsServers(catalog, anyOrigin),
  }
}
