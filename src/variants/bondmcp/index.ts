import { routes } from '../../../generated/bondmcp/routes.ts'
import type { Variant } from '../variant.ts'
import { refusals } from './errors.ts'

export const bondmcp = {
  routes,
  refusals,
  lenientBodies: [],
} satisfies Variant<typeof routes>
