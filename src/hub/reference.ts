import type { VariantName } from '../../generated/index.ts'
import type { ReferenceOptions } from '../docs/reference.ts'
import { serversOf } from './servers.ts'

/** Stands in a reference page for the origin of the hub, which each reader may reach by another one. */
export const anyOrigin = 'http://hub.invalid'

/** The reference page of an API as the hub shows it. */
export function hubReference(variant: VariantName): ReferenceOptions {
  return {
    variant,
    target: 'hub',
    home: `/#${variant}`,
    servers: serversOf(variant, anyOrigin),
  }
}
