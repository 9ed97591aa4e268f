import type { Administration } from '../variant.ts'
import { invitationPurpose } from './admission.ts'

export const administration: Administration = {
  roles: ['user', 'moderator', 'admin', 'superadmin'],
  rolesBelongTo: 'user',
  plans: [],
  verificationIsOptional: false,
  adminRole: 'superadmin',
  invitationPurpose,
}
