import type { Administration } from '../variant.ts'
import { apiKeyKinds } from './authenticate.ts'
import { realmOf, roles, scopeOf } from './rules.ts'

/** The format of API keys. */
const keyFormat = (prefix: string) => ({
  prefix,
  bytes: 32,
  preview: (key: string) => `${key.slice(0, 11)}...`,
})

export const administration: Partial<Administration> = {
  roles,
  verificationIsOptional: true,
  adminRole: 'admin',
  projects: {
    realmOf,
    scopeOf,
    keyFormats: { [apiKeyKinds.pk]: keyFormat('pk_'), [apiKeyKinds.sk]: keyFormat('sk_') },
  },
}
