import type { Arrangements } from '../cases.ts'

export const bondmcp: Arrangements = {}
