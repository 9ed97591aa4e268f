import type { Adapter } from './adapter.ts'
import { bedrud } from './bedrud.ts'
import { bkend } from './bkend.ts'
import { bondmcp } from './bondmcp.ts'
import { openfactory } from './openfactory.ts'

/** The knowledge about the APIs of this package beyond their contracts. */
export const adapters = { bedrud, bkend, bondmcp, openfactory } satisfies Record<string, Adapter>
