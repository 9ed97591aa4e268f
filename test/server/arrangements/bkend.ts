import type { Arrangements } from '../cases.ts'

export const bkend: Arrangements = {}
