import type { Mutant } from '../mutant.ts'
import { bedrud } from './bedrud.ts'
import { bkend } from './bkend.ts'
import { bondmcp } from './bondmcp.ts'
import { openfactory } from './openfactory.ts'

/** All deliberate faults. Each is a mistake that a backend team could make. */
export const mutants: Mutant[] = [...bedrud, ...bkend, ...bondmcp, ...openfactory]
