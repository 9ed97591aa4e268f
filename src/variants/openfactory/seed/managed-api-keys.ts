import type { ManagedApiKeys } from '../../sandbox-data.ts'
import { scopes } from '../rules.ts'

export const managedApiKeys: ManagedApiKeys = {
  about: 'The keys of the organization. Only its administrators can revoke them.',
  scopes,
  hasDescription: false,
  fields: {
    list: 'apiKeys',
    scopes: 'scopes',
    preview: 'keyPrefix',
    createdAt: 'createdAt',
    lastUsedAt: 'lastUsedAt',
    secret: 'key',
  },
}
