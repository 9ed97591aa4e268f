import type { Site } from '../variants/variant.ts'
import { trustedOrigins } from './origins.ts'
import type { AuthServerSettings } from './settings.ts'

/**
 * Creates the site of a server from its settings.
 * @param options.local whether to trust every page on this machine
 */
export function createSite(
  {
    publicUrl,
    webUrl,
    origins = [],
  }: Pick<AuthServerSettings, 'publicUrl' | 'webUrl'> & { origins?: readonly string[] },
  { local = false }: { local?: boolean } = {},
): Site {
  return { publicUrl, webUrl, allowsOrigin: trustedOrigins([publicUrl, webUrl, ...origins], { local }) }
}
