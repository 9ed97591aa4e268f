import type { Arrangements } from '../cases.ts'

export const bedrud: Arrangements = {}
