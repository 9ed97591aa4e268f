import { routes } from '../../../generated/bkend/routes.ts'
import type { Variant } from '../variant.ts'
import { refusals } from './errors.ts'

export const bkend = {
  routes,
  refusals,
  lenientBodies: [],
} satisfies Variant<typeof routes>
