import type { User } from '../../../core/tables.ts'
import { uploadFolder } from '../../../core/uploads.ts'
import type { ExampleFile, SeededApiKey, SeededToken } from '../../sandbox-data.ts'
import { exampleUsers } from '../example-users.ts'
import { realmOf } from '../rules.ts'
import type { Profile } from '../serializers.ts'
import { atGoogle } from './provider-accounts.ts'

const at = (text: string) => Date.parse(text)

export const projectId = 'prj_example'
export const realm = realmOf(projectId, 'dev')

export interface Person extends Pick<User, 'id' | 'name'> {
  email: string
  password: string | null
  since: number
  verifiedAt: number | null
  note: string
  picture?: string
  profile?: Profile
  changedAt?: number
  totpSecret?: string
  role?: 'admin'
  isSuspended?: boolean
  provider?: string
}

export const mina: Person = {
  id: exampleUsers.mina,
  name: 'Mina Park',
  email: 'user@example.com',
  password: 'password123',
  since: at('2026-01-20T08:00:00.000Z'),
  verifiedAt: at('2026-01-20T08:05:00.000Z'),
  changedAt: at('2026-02-14T12:34:56.000Z'),
  picture: 'https://cdn.example.com/avatars/3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10/4d1b7c.png',
  profile: {
    nickname: 'mina',
    onboardingStatus: 'completed',
    mobile: '+821012345678',
    gender: 'female',
    bio: 'Builds small things in Busan.',
    socialLinks: { github: 'https://github.com/mina-example', twitter: null, linkedin: null },
  },
  note: 'ordinary account',
}
export const sora: Person = {
  id: exampleUsers.sora,
  name: 'Sora Yoon',
  email: 'sora@example.com',
  password: 'violet-harbor-41',
  since: at('2026-01-22T10:00:00.000Z'),
  verifiedAt: at('2026-01-22T10:03:00.000Z'),
  profile: { nickname: 'sora', onboardingStatus: 'completed' },
  note: 'has a reset email in the inbox',
}
const ruben: Person = {
  id: exampleUsers.ruben,
  name: 'Ruben Ortiz',
  email: 'ruben@example.com',
  password: 'paper-lantern-58',
  since: at('2026-03-04T04:30:00.000Z'),
  verifiedAt: null,
  note: 'email not verified',
}
const mateo: Person = {
  id: exampleUsers.mateo,
  name: 'Mateo Silva',
  email: 'mateo@example.com',
  password: 'velvet-anchor-36',
  since: at('2026-03-04T04:40:00.000Z'),
  verifiedAt: null,
  note: 'email not verified, no email sent yet',
}
export const leo: Person = {
  id: exampleUsers.leo,
  name: 'Leo Martin',
  email: 'leo@example.com',
  password: null,
  since: at('2026-02-11T09:15:30.000Z'),
  verifiedAt: at('2026-02-11T09:15:30.000Z'),
  picture: atGoogle.leo.picture,
  profile: { onboardingStatus: 'in_progress' },
  provider: 'google',
  note: 'signs in with Google only',
}
const tomas: Person = {
  id: exampleUsers.tomas,
  name: 'Tomas Novak',
  email: 'tomas@example.com',
  password: 'granite-meadow-23',
  since: at('2026-01-29T16:00:00.000Z'),
  verifiedAt: at('2026-01-29T16:04:00.000Z'),
  totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  note: 'two-factor authentication',
}
export const iris: Person = {
  id: exampleUsers.iris,
  name: 'Iris Chen',
  email: 'iris@example.com',
  password: 'copper-thistle-90',
  since: at('2026-02-02T12:00:00.000Z'),
  verifiedAt: at('2026-02-02T12:02:00.000Z'),
  isSuspended: true,
  note: 'suspended, has a Google account',
}
const hana: Person = {
  id: exampleUsers.hana,
  name: 'Hana Lee',
  email: 'hana@example.com',
  password: 'quiet-orchard-77',
  since: at('2026-01-05T00:00:00.000Z'),
  verifiedAt: at('2026-01-05T00:10:00.000Z'),
  changedAt: at('2026-01-05T00:10:00.000Z'),
  profile: { nickname: 'hana', onboardingStatus: 'completed' },
  role: 'admin',
  note: 'administrator',
}
export const people = [mina, sora, ruben, mateo, leo, tomas, iris, hana]

export const apiKeys: (Pick<SeededApiKey, 'id' | 'name' | 'key' | 'state' | 'note'> & {
  environment: string
})[] = [
  {
    id: 'key_publishable',
    name: 'App',
    key: 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    state: 'active',
    environment: 'dev',
    note: 'the key of the examples',
  },
  {
    id: 'key_secret',
    name: 'Server',
    key: 'sk_fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210',
    state: 'active',
    environment: 'dev',
    note: 'acts as an administrator',
  },
  {
    id: 'key_other_environment',
    name: 'App, production',
    key: 'pk_89abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234567',
    state: 'active',
    environment: 'prod',
    note: 'rejects tokens of dev',
  },
  {
    id: 'key_revoked',
    name: 'App, revoked',
    key: 'pk_dead0000beef0000dead0000beef0000dead0000beef0000dead0000beef0000',
    state: 'revoked',
    environment: 'dev',
    note: 'rejected',
  },
  {
    id: 'key_expired',
    name: 'App, expired',
    key: 'pk_2025000000002025202500000000202520250000000020252025000000002025',
    state: 'expired',
    environment: 'dev',
    note: 'rejected',
  },
]

export const refreshTokens = {
  mina: 'bWluYS1yZWZyZXNoLXRva2VuLWV4YW1wbGUtMDAwMDE',
  rotated: 'c29yYS1yZWZyZXNoLXRva2VuLXJvdGF0ZWQtMDAwMDE',
  expired: 'c29yYS1yZWZyZXNoLXRva2VuLWV4cGlyZWQtMDAwMDE',
}
export const mailedTokens: (Pick<SeededToken, 'token' | 'note'> & {
  purpose: 'verifyEmail' | 'resetPassword'
  user: Person
  state: 'active' | 'expired'
})[] = [
  {
    purpose: 'verifyEmail',
    token: 'cnViZW4tdmVyaWZ5LXRva2VuLWV4YW1wbGUtMDAwMDE',
    user: ruben,
    state: 'active',
    note: 'example ok of verifyEmail',
  },
  {
    purpose: 'verifyEmail',
    token: 'cnViZW4tdmVyaWZ5LXRva2VuLWV4cGlyZWQtMDAwMDE',
    user: ruben,
    state: 'expired',
    note: 'example expiredMailToken of verifyEmail',
  },
  {
    purpose: 'resetPassword',
    token: 'c29yYS1yZXNldC10b2tlbi1leGFtcGxlLTAwMDAwMDE',
    user: sora,
    state: 'active',
    note: 'example ok of confirmPasswordReset',
  },
  {
    purpose: 'resetPassword',
    token: 'c29yYS1yZXNldC10b2tlbi1leHBpcmVkLTAwMDAwMDE',
    user: sora,
    state: 'expired',
    note: 'example expiredMailToken of confirmPasswordReset',
  },
]

/** The image that the example `ok` of `updateUserAvatar` sets: one pixel. */
export const uploadedAvatar: ExampleFile = {
  key: `${uploadFolder(mina.id)}/9e5a20.png`,
  contentType: 'image/png',
  content: Uint8Array.from(
    atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
    (character) => character.charCodeAt(0),
  ),
}

/** One state for each OAuth callback in the examples. */
export const oauthStates = [
  { state: 'c3RhdGUtb2stZXhhbXBsZS0wMDAwMDAwMDAwMDAwMQ', provider: 'google' },
  { state: 'c3RhdGUtbmV3dXNlci1leGFtcGxlLTAwMDAwMDAwMQ', provider: 'github' },
  { state: 'c3RhdGUtZGVuaWVkLWV4YW1wbGUtMDAwMDAwMDAwMQ', provider: 'google' },
  { state: 'c3RhdGUtYmFkY29kZS1leGFtcGxlLTAwMDAwMDAwMQ', provider: 'google' },
  { state: 'c3RhdGUtYmFubmVkLWV4YW1wbGUtMDAwMDAwMDAwMQ', provider: 'google' },
  { state: 'c3RhdGUtdGFrZW4tZXhhbXBsZS0wMDAwMDAwMDAwMQ', provider: 'google' },
]
