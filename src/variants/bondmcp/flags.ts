import type { Plan } from './rules.ts'

export interface Flags {
  /** The features that each plan includes. */
  planEntitlements: Record<Plan, string[]>
}

export const flags: Flags = {
  planEntitlements: {
    free: ['models'],
    starter: ['models'],
    professional: ['models'],
    enterprise: ['models'],
  },
}
