import type { Adapter } from './adapter.ts'
import { openfactory } from './openfactory.ts'

/** The knowledge about the APIs of this package beyond their contracts. */
export const adapters: Record<string, Adapter> = { openfactory }
