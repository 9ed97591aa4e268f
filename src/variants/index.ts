import type { VariantName } from '../../generated/index.ts'
import type { Variant } from './variant.ts'

/**
 * The registry of variants. Each is imported lazily, because the schemas of all others would take time and
 * memory. A contract without a line here does not compile.
 */
export const variants = {
  bedrud: async () => (await import('./bedrud/index.ts')).bedrud,
  bkend: async () => (await import('./bkend/index.ts')).bkend,
  bondmcp: async () => (await import('./bondmcp/index.ts')).bondmcp,
  openfactory: async () => (await import('./openfactory/index.ts')).openfactory,
} satisfies Record<VariantName, () => Promise<Variant>>
