import type { VariantName } from '../../../generated/index.ts'
import type { Adapter } from './adapter.ts'
import { bedrud } from './bedrud.ts'
import { bkend } from './bkend.ts'
import { bondmcp } from './bondmcp.ts'
import { openfactory } from './openfactory.ts'

const listed = {
  bedrud,
  bkend,
  bondmcp,
  openfactory,
}

/** The knowledge about APIs beyond their contracts. Others are tested against their contract alone. */
export const adapters: typeof listed & Partial<Record<VariantName, Adapter>> = listed
