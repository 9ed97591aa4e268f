import type { VariantName } from '../../../generated/index.ts'
import type { TestAdapter } from './adapter.ts'
import { bedrud } from './bedrud.ts'
import { bkend } from './bkend.ts'
import { bondmcp } from './bondmcp.ts'
import { openfactory } from './openfactory.ts'

/** The adapters of the APIs that tests can sign in to. */
export const adapters: Partial<Record<VariantName, TestAdapter>> = {
  bedrud,
  bkend,
  bondmcp,
  openfactory,
}
