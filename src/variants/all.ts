import type { VariantName } from '../../generated/index.ts'
import { bedrud } from './bedrud/index.ts'
import { bkend } from './bkend/index.ts'
import { bondmcp } from './bondmcp/index.ts'
import { openfactory } from './openfactory/index.ts'
import type { Variant } from './variant.ts'

/** All variants at once, for the stub. */
export const allVariants = {
  bedrud,
  bkend,
  bondmcp,
  openfactory,
} satisfies Record<VariantName, Variant>
