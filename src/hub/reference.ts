import type { VariantName } from '../../generated/index.ts'
import type { ReferenceOptions } from '../docs/reference.ts'
import { serversOf } from './servers.ts'

/** A placeholder in reference pages for the origin of the hub, which depends on the request. */
export const anyOrigin = 'http://hub.invalid'

/** Returns the options of the reference page of an API in the hub. */
export function hubReference(variant: VariantName): ReferenceOptions {
  return {
    variant,
    target: 'hub',
    home: `/#${variant}`,
    files: `/contracts/${variant}`,
    mock: `<${anyOrigin}/mock/${variant}>`,
    servers: serversOf(variant, anyOrigin),
  }
}
