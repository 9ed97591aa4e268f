import { routes } from '../../../generated/openfactory/routes.ts'
import type { Variant } from '../variant.ts'
import { refusals } from './errors.ts'

export const openfactory = {
  routes,
  refusals,
  lenientBodies: [],
} satisfies Variant<typeof routes>
