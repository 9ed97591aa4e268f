import type { Development } from '../variant.ts'
import { plans } from './rules.ts'

export const development: Development = {
  roles: [],
  rolesBelongTo: 'user',
  plans,
  verificationIsOptional: true,
  origins: [],
  accounts: [],
  codes: {},
}
