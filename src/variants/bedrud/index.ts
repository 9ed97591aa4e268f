import { routes } from '../../../generated/bedrud/routes.ts'
import type { Variant } from '../variant.ts'
import { refusals } from './errors.ts'

export const bedrud = {
  routes,
  refusals,
  lenientBodies: ['refreshTokens', 'signOut', 'startPasskeySignIn'],
} satisfies Variant<typeof routes>
