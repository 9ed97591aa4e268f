import type { VariantName } from '../../generated/index.ts'
import { controls } from '../common/controls.ts'
import { apiOfExamples } from '../docs/controls.ts'
import { languagesOf } from '../docs/languages.ts'
import type { ReferenceOptions } from '../docs/reference.ts'
import type { Document } from '../openapi/document.ts'
import { controlsPath, docsUrl, referencePath } from './docs-urls.ts'
import { navigationFor } from './navigation.ts'
import { controlsServers, serversOf } from './servers.ts'

/** A placeholder in reference pages for the origin of the hub, which depends on the request. */
export const anyOrigin = 'http://hub.invalid'

/** Returns the options of the reference page of an API in the hub. */
export function hubReference(variant: VariantName, language: string): ReferenceOptions {
  return {
    subject: variant,
    language,
    otherLanguages: languagesOf(variant)
      .filter((other) => other !== language)
      .map((other) => ({ language: other, url: referencePath(variant, other) })),
    target: 'hub',
    navigation: navigationFor(referencePath(variant, language)),
    home: `/#${variant}`,
    files: `/contracts/${variant}`,
    url: docsUrl,
    console: `${anyOrigin}/console/${variant}`,
    sandbox: `${anyOrigin}/sandbox/${variant}`,
    mock: `<${anyOrigin}/mock/${variant}>`,
    servers: serversOf(variant, anyOrigin, language),
  }
}

/** Returns the options of the reference page of the development controls in the hub. */
export function hubControls(document: Document): ReferenceOptions {
  return {
    subject: controls,
    language: 'en',
    otherLanguages: [],
    target: 'hub',
    navigation: navigationFor(controlsPath),
    home: '/',
    files: `/contracts/${controls}`,
    url: docsUrl,
    sandbox: `${anyOrigin}/sandbox/${apiOfExamples(document)}`,
    servers: controlsServers(anyOrigin),
  }
}
