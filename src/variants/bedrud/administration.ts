import type { Administration } from '../variant.ts'
import { invitationPurpose } from './invitations.ts'

export const administration: Partial<Administration> = {
  roles: ['user', 'moderator', 'admin', 'superadmin'],
  adminRole: 'superadmin',
  invitationPurpose,
}
