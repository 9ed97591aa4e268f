import { newUser } from '../../core/accounts.ts'
import { attemptData } from '../../core/oauth.ts'
import { enqueue } from '../../core/outbox.ts'
import { hashPassword } from '../../core/passwords.ts'
import type { Core } from '../../core/ports.ts'
import { hashOf } from '../../core/secrets.ts'
import { type Change, insert } from '../../core/store.ts'
import type { ApiKey, Session, User } from '../../core/tables.ts'
import type { Seed, SeededApiKey, SeededToken, SeededUser } from '../variant.ts'
import { apiKeyKinds } from './authenticate.ts'
import { app, atGoogle } from './development.ts'
import { realmOf } from './rules.ts'
import type { Profile } from './serializers.ts'

const at = (text: string) => Date.parse(text)
const hour = 60 * 60_000
const day = 24 * hour

const projectId = 'prj_example'
const realm = realmOf(projectId, 'dev')

interface Person extends Pick<User, 'id' | 'name'> {
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

const mina: Person = {
  id: '3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10',
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
const sora: Person = {
  id: '8d0e4f72-1b3c-4a9d-b6e5-2c7f90a1d384',
  name: 'Sora Yoon',
  email: 'sora@example.com',
  password: 'violet-harbor-41',
  since: at('2026-01-22T10:00:00.000Z'),
  verifiedAt: at('2026-01-22T10:03:00.000Z'),
  profile: { nickname: 'sora', onboardingStatus: 'completed' },
  note: 'reset mail is waiting',
}
const ruben: Person = {
  id: '5b9d2c46-e8f1-4703-a5d2-91c4e7b30f68',
  name: 'Ruben Ortiz',
  email: 'ruben@example.com',
  password: 'paper-lantern-58',
  since: at('2026-03-04T04:30:00.000Z'),
  verifiedAt: null,
  note: 'address not verified',
}
const leo: Person = {
  id: '79c3d0ab-25e6-4b18-8f47-d4a2e6c19053',
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
  id: 'a4e61f08-3d7b-4925-bc84-0f5e2d9c7a13',
  name: 'Tomas Novak',
  email: 'tomas@example.com',
  password: 'granite-meadow-23',
  since: at('2026-01-29T16:00:00.000Z'),
  verifiedAt: at('2026-01-29T16:04:00.000Z'),
  totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  note: 'two-factor authentication',
}
const iris: Person = {
  id: 'e27b8a95-60c4-4d3f-97a1-b8f3c5d0e426',
  name: 'Iris Chen',
  email: 'iris@example.com',
  password: 'copper-thistle-90',
  since: at('2026-02-02T12:00:00.000Z'),
  verifiedAt: at('2026-02-02T12:02:00.000Z'),
  isSuspended: true,
  note: 'suspended, also known to Google',
}
const hana: Person = {
  id: 'c1a7e5d3-94b2-4f60-8c3e-6b1d0f2a9e75',
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
const people = [mina, sora, ruben, leo, tomas, iris, hana]

const apiKeys: (Pick<SeededApiKey, 'id' | 'name' | 'key' | 'state' | 'note'> & { environment: string })[] = [
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
    note: 'acts as administrator',
  },
  {
    id: 'key_other_environment',
    name: 'App, production',
    key: 'pk_89abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234567',
    state: 'active',
    environment: 'prod',
    note: 'tokens of dev are foreign to it',
  },
  {
    id: 'key_revoked',
    name: 'App, withdrawn',
    key: 'pk_dead0000beef0000dead0000beef0000dead0000beef0000dead0000beef0000',
    state: 'revoked',
    environment: 'dev',
    note: 'refused',
  },
  {
    id: 'key_expired',
    name: 'App, last year',
    key: 'pk_2025000000002025202500000000202520250000000020252025000000002025',
    state: 'expired',
    environment: 'dev',
    note: 'refused',
  },
]

const refreshTokens = {
  mina: 'bWluYS1yZWZyZXNoLXRva2VuLWV4YW1wbGUtMDAwMDE',
  rotated: 'c29yYS1yZWZyZXNoLXRva2VuLXJvdGF0ZWQtMDAwMDE',
  expired: 'c29yYS1yZWZyZXNoLXRva2VuLWV4cGlyZWQtMDAwMDE',
}
const mailedTokens: (Pick<SeededToken, 'token' | 'note'> & {
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

/** One for each way in which the examples come back from a provider. */
const oauthStates = [
  { state: 'c3RhdGUtb2stZXhhbXBsZS0wMDAwMDAwMDAwMDAwMQ', provider: 'google' },
  { state: 'c3RhdGUtbmV3dXNlci1leGFtcGxlLTAwMDAwMDAwMQ', provider: 'github' },
  { state: 'c3RhdGUtZGVuaWVkLWV4YW1wbGUtMDAwMDAwMDAwMQ', provider: 'google' },
  { state: 'c3RhdGUtYmFkY29kZS1leGFtcGxlLTAwMDAwMDAwMQ', provider: 'google' },
  { state: 'c3RhdGUtYmFubmVkLWV4YW1wbGUtMDAwMDAwMDAwMQ', provider: 'google' },
  { state: 'c3RhdGUtdGFrZW4tZXhhbXBsZS0wMDAwMDAwMDAwMQ', provider: 'google' },
]

/** The people, keys and tokens of the examples. What must not be over yet is counted from now. */
export async function seed(core: Core): Promise<Seed> {
  return {
    changes: [
      ...(await Promise.all(people.map((person) => usersRow(core, person)))),
      ...[
        { user: leo, subject: atGoogle.leo.subject },
        { user: iris, subject: atGoogle.iris.subject },
      ].map(({ user, subject }) =>
        insert('identities', { realm, provider: 'google', subject, userId: user.id, createdAt: user.since }),
      ),
      ...apiKeys.map(apiKeysRow),
      ...sessionsRows(core),
      ...mailedTokens.map((mailed) => mailedTokensRow(core, mailed)),
      await sorasMail(core),
      ...oauthStates.map((attempt) => attemptsRow(core, attempt)),
    ],
    users: people.map(seededUser),
    apiKeys: apiKeys.map(seededApiKey),
    tokens: seededTokens,
  }
}

const usersRow = async (core: Core, person: Person): Promise<Change> => {
  const { id, email, name, password, since, verifiedAt, profile = {}, totpSecret = null } = person
  return insert(
    'users',
    newUser(core, {
      id,
      realm,
      email,
      name,
      emailVerifiedAt: verifiedAt,
      passwordHash: password === null ? null : await hashPassword(core, password),
      role: person.role ?? 'user',
      status: person.isSuspended ? 'disabled' : 'active',
      picture: person.picture ?? null,
      profile: { ...profile },
      provider: person.provider ?? 'email',
      totpSecret,
      createdAt: since,
      updatedAt: person.changedAt ?? since,
    }),
  )
}

const apiKeysRow = ({ id, name, key, state, environment }: (typeof apiKeys)[number]): Change => {
  const row: ApiKey = {
    id,
    keyHash: hashOf(key),
    preview: `${key.slice(0, 11)}...`,
    name,
    description: null,
    kind: key.startsWith('sk_') ? apiKeyKinds.sk : apiKeyKinds.pk,
    realm: realmOf(projectId, environment),
    userId: null,
    organizationId: null,
    projectId: null,
    scopes: [],
    createdAt: at('2025-01-01T00:00:00.000Z'),
    lastUsedAt: null,
    expiresAt: state === 'expired' ? at('2026-01-01T00:00:00.000Z') : null,
    revokedAt: state === 'revoked' ? at('2026-02-01T00:00:00.000Z') : null,
  }
  return insert('apiKeys', row)
}

/** Mina is signed in, Sora was: one of her sessions has ended, and of another an old refresh token has been copied. */
function sessionsRows({ now, rules }: Core): Change[] {
  const { idleSeconds, absoluteSeconds } = rules.session
  const session = (id: string, user: Person, token: string, since: number): Session => ({
    id,
    userId: user.id,
    tokenHash: hashOf(token),
    accessId: null,
    previousTokenHash: null,
    rotatedAt: null,
    userAgent: null,
    address: null,
    createdAt: since,
    lastUsedAt: since,
    expiresAt: since + idleSeconds * 1000,
    endsAt: since + absoluteSeconds * 1000,
  })
  const sorasId = '5e0ac7b1-94c2-4a55-8d1f-0b7c6f21a902'
  return [
    insert('sessions', session('5e0ac7b1-94c2-4a55-8d1f-0b7c6f21a901', mina, refreshTokens.mina, now())),
    insert('sessions', {
      ...session(sorasId, sora, 'the refresh token that nobody has', now()),
      previousTokenHash: hashOf(refreshTokens.rotated),
      rotatedAt: now() - hour,
    }),
    insert('spentTokens', {
      tokenHash: hashOf(refreshTokens.rotated),
      sessionId: sorasId,
      spentAt: now() - hour,
    }),
    insert(
      'sessions',
      session('5e0ac7b1-94c2-4a55-8d1f-0b7c6f21a903', sora, refreshTokens.expired, now() - 8 * day),
    ),
  ]
}

const mailedTokensRow = (
  { now }: Core,
  { purpose, token, user, state }: (typeof mailedTokens)[number],
): Change => {
  const expiresAt = now() + (state === 'active' ? day : -hour)
  return insert('oneTimeTokens', {
    tokenHash: hashOf(token),
    purpose,
    realm,
    userId: user.id,
    email: user.email,
    data: {},
    createdAt: expiresAt - day,
    expiresAt,
  })
}

function sorasMail(core: Core): Promise<Change> {
  const { email, name } = sora
  const token = mailedTokens.find((mailed) => mailed.user === sora && mailed.state === 'active')?.token ?? ''
  const link = core.rules.mail.links.resetPassword({ token, email, callbackUrl: null })
  return enqueue(core, { kind: 'resetPassword', to: email, name, token, link }, { realm })
}

const attemptsRow = ({ now }: Core, { state, provider }: (typeof oauthStates)[number]): Change =>
  insert('oneTimeTokens', {
    tokenHash: hashOf(state),
    purpose: 'oauth',
    realm,
    userId: null,
    email: null,
    data: attemptData({
      provider,
      redirectUri: `https://api-client.bkend.ai/v1/auth/${provider}/callback`,
      landing: `${app}/auth/callback`,
      binding: null,
    }),
    createdAt: now(),
    expiresAt: now() + day,
  })

const seededUser = (person: Person): SeededUser => ({
  id: person.id,
  email: person.email,
  password: person.password,
  name: person.name,
  role: person.role ?? 'user',
  plan: null,
  status: person.isSuspended ? 'disabled' : 'active',
  emailVerified: person.verifiedAt !== null,
  totpSecret: person.totpSecret ?? null,
  note: person.note,
})

const seededApiKey = ({
  id,
  name,
  key,
  state,
  environment,
  note,
}: (typeof apiKeys)[number]): SeededApiKey => ({
  id,
  name,
  key,
  state,
  userId: null,
  organizationId: null,
  projectId,
  environment,
  scopes: [],
  note,
})

const seededTokens: SeededToken[] = [
  {
    purpose: 'refresh',
    token: refreshTokens.mina,
    userId: mina.id,
    state: 'active',
    note: 'example ok of refreshTokens',
  },
  {
    purpose: 'refresh',
    token: refreshTokens.rotated,
    userId: sora.id,
    state: 'used',
    note: 'example reusedRefreshToken of refreshTokens',
  },
  {
    purpose: 'refresh',
    token: refreshTokens.expired,
    userId: sora.id,
    state: 'expired',
    note: 'example expiredSession of refreshTokens',
  },
  ...mailedTokens.map(({ user, ...mailed }): SeededToken => ({ ...mailed, userId: user.id })),
  {
    purpose: 'oauthState',
    token: oauthStates[0]?.state ?? '',
    userId: null,
    state: 'active',
    note: 'example ok of finishOAuth',
  },
]
