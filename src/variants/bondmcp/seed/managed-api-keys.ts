import type { ManagedApiKeys } from '../../sandbox-data.ts'
import { permissions } from '../rules.ts'

/** The dashboard of the vendor, which the documents mention, has them below Settings. */
export const managedApiKeys: ManagedApiKeys = {
  about:
    'For server-to-server integrations: send a key as Bearer token instead of the access token. Keys never expire. On the free plan, an account has up to 5.',
  scopes: permissions,
  hasDescription: true,
  fields: {
    list: 'api_keys',
    scopes: 'permissions',
    preview: 'key_preview',
    createdAt: 'created_at',
    lastUsedAt: 'last_used',
    secret: 'api_key',
  },
}
