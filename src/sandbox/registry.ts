import type { VariantName } from '../../generated/index.ts'
import type { SandboxData } from '../variants/sandbox-data.ts'

/**
 * The initial data of each sandbox. Only the sandbox imports it, so production contains no example
 * accounts.
 */
export const sandboxData: Partial<Record<VariantName, () => Promise<SandboxData>>> = {
  bedrud: async () => (await import('../variants/bedrud/seed/index.ts')).sandboxData,
  bkend: async () => (await import('../variants/bkend/seed/index.ts')).sandboxData,
  bondmcp: async () => (await import('../variants/bondmcp/seed/index.ts')).sandboxData,
  openfactory: async () => (await import('../variants/openfactory/seed/index.ts')).sandboxData,
}
