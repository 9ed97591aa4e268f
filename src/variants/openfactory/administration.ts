import type { Administration } from '../variant.ts'

export const administration: Administration = {
  roles: ['member', 'admin'],
  rolesBelongTo: 'membership',
  plans: [],
  verificationIsOptional: false,
  adminRole: 'admin',
}
