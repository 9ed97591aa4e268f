import type { Administration } from '../variant.ts'
import { apiKeyKinds } from './authenticate.ts'
import { realmOf, roles, scopeOf } from './rules.ts'

/** The format of API keys. */
const form = (prefix: string) => ({ prefix, bytes: 32, preview: (key: string) => `${key.slice(0, 11)}...` })

export const administration: Partial<Administration> = {
  roles,
  verificationIsOptional: true,
  adminRole: 'admin',
  projects: {
    realmOf,
    scopeOf,
    keyFormats: { [apiKeyKinds.pk]: form('pk_'), [apiKeyKinds.sk]: form('sk_') },
  },
}
