import type { Setups } from '../cases.ts'

export const bondmcp: Setups = {}
