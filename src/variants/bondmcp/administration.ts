import type { Administration } from '../variant.ts'
import { plans } from './rules.ts'

export const administration: Administration = {
  roles: [],
  rolesBelongTo: 'user',
  plans,
  verificationIsOptional: true,
}
