import type { VariantName } from '../../generated/index.ts'
import type { Variant } from './variant.ts'

/**
 * The registry of servers. Each is imported lazily, because the schemas of all others would take time and
 * memory. A contract without a line here has no server.
 */
export const variants = {
  bedrud: async () => (await import('./bedrud/index.ts')).bedrud,
  bkend: async () => (await import('./bkend/index.ts')).bkend,
  bondmcp: async () => (await import('./bondmcp/index.ts')).bondmcp,
  openfactory: async () => (await import('./openfactory/index.ts')).openfactory,
} satisfies Partial<Record<VariantName, () => Promise<Variant>>>

/** The names of the APIs that have a server. */
export type ServedName = keyof typeof variants

/** Returns whether an API has a server, and not only a contract. */
export function isServed(name: string): name is ServedName {
  return Object.hasOwn(variants, name)
}
