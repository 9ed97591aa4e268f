import type { Plan } from './rules.ts'

/** What an operator can switch. */
export interface Flags {
  /** What each plan opens. */
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
