import type { Arrangements } from '../cases.ts'

export const openfactory: Arrangements = {}
