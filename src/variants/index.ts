import type { VariantName } from '../../generated/index.ts'
import type { Variant } from './variant.ts'

/**
 * Loads the variants. Each is loaded alone: the schemas of the others would cost time and memory. A contract without its line
 * here does not compile.
 */
export const variants = {
  bedrud: async () => (await import('./bedrud/index.ts')).bedrud,
  bkend: async () => (await import('./bkend/index.ts')).bkend,
  bondmcp: async () => (await import('./bondmcp/index.ts')).bondmcp,
  openfactory: async () => (await import('./openfactory/index.ts')).openfactory,
} satisfies Record<VariantName, () => Promise<Variant>>
