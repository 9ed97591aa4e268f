import { variants as loaders, type ServedName } from '../../src/variants/index.ts'
import type { ServedVariant } from '../../src/variants/variant.ts'
import { servedNames } from './served.ts'

type Variants = { [Name in ServedName]: Awaited<ReturnType<(typeof loaders)[Name]>> }

/** All variants by name. */
export const variants = Object.fromEntries(
  await Promise.all(servedNames.map(async (name) => [name, await loaders[name]()])),
) as Variants

const site = { publicUrl: 'http://localhost:4000', webUrl: 'http://localhost:3000', allowsOrigin: () => true }

/** Returns the rules of an API. */
export const rulesOf = (name: ServedName) => (variants[name] as Pick<ServedVariant, 'rules'>).rules(site)

/** Returns the lifetime of an API's access tokens in seconds. */
export function accessTokenSeconds(name: ServedName): number {
  const { session, accessToken } = rulesOf(name)
  return session.kind === 'opaque' ? session.idleSeconds : accessToken.lifetimeSeconds
}
