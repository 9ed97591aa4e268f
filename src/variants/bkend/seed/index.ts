import { newUser } from '../../../core/accounts.ts'
import { oauthStateData } from '../../../core/oauth.ts'
import { enqueueMailChange } from '../../../core/outbox.ts'
import { hashPassword } from '../../../core/passwords.ts'
import type { Core } from '../../../core/ports.ts'
import { hashOf } from '../../../core/secrets.ts'
import { type Change, insert } from '../../../core/store.ts'
import type { ApiKey, Session } from '../../../core/tables.ts'
import type { SandboxData, Seed, SeededApiKey, SeededToken, SeededUser } from '../../sandbox-data.ts'
import { apiKeyKinds } from '../authenticate.ts'
import { realmOf } from '../rules.ts'
import {
  apiKeys,
  iris,
  leo,
  mailedTokens,
  mina,
  oauthStates,
  type Person,
  people,
  projectId,
  realm,
  refreshTokens,
  sora,
  uploadedAvatar,
} from './people.ts'
import { app, atGoogle, noor } from './provider-accounts.ts'

const hour = 60 * 60_000
const day = 24 * hour

export const sandboxData: SandboxData = {
  seed,
  origins: [app],
  accounts: [atGoogle.leo, atGoogle.iris, atGoogle.mina, noor],
  acceptsUnverifiedEmail: true,
  codes: {
    google: { '4/0AX-leo': atGoogle.leo, '4/0AX-iris': atGoogle.iris, '4/0AX-mina': atGoogle.mina },
    github: { 'gh-noor': noor },
  },
  files: [uploadedAvatar],
}

/** The people, keys and tokens of the examples. Expiry times are relative to now. */
async function seed(core: Core): Promise<Seed> {
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

async function usersRow(core: Core, person: Person): Promise<Change> {
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

function apiKeysRow({ id, name, key, state, environment }: (typeof apiKeys)[number]): Change {
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
    createdAt: Date.parse('2025-01-01T00:00:00.000Z'),
    lastUsedAt: null,
    expiresAt: state === 'expired' ? Date.parse('2026-01-01T00:00:00.000Z') : null,
    revokedAt: state === 'revoked' ? Date.parse('2026-02-01T00:00:00.000Z') : null,
  }
  return insert('apiKeys', row)
}

/** Mina has a session. Sora has one that has expired, and one whose previous refresh token was stolen. */
function sessionsRows({ now, rules }: Core): Change[] {
  const { idleSeconds, absoluteSeconds } = rules.session
  const session = (id: string, user: Person, token: string, since: number): Session => ({
    id,
    userId: user.id,
    tokenHash: hashOf(token),
    accessTokenJti: null,
    previousTokenHash: null,
    rotatedAt: null,
    userAgent: null,
    ip: null,
    createdAt: since,
    lastUsedAt: since,
    idleExpiresAt: since + idleSeconds * 1000,
    absoluteExpiresAt: since + absoluteSeconds * 1000,
  })
  const sorasId = '5e0ac7b1-94c2-4a55-8d1f-0b7c6f21a902'
  return [
    insert('sessions', session('5e0ac7b1-94c2-4a55-8d1f-0b7c6f21a901', mina, refreshTokens.mina, now())),
    insert('sessions', {
      ...session(sorasId, sora, 'an unknown refresh token', now()),
      previousTokenHash: hashOf(refreshTokens.rotated),
      rotatedAt: now() - hour,
    }),
    insert('rotatedRefreshTokens', {
      tokenHash: hashOf(refreshTokens.rotated),
      sessionId: sorasId,
      rotatedAt: now() - hour,
    }),
    insert(
      'sessions',
      session('5e0ac7b1-94c2-4a55-8d1f-0b7c6f21a903', sora, refreshTokens.expired, now() - 8 * day),
    ),
  ]
}

function mailedTokensRow(
  { now }: Core,
  { purpose, token, user, state }: (typeof mailedTokens)[number],
): Change {
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
  return enqueueMailChange(core, { kind: 'resetPassword', to: email, name, token, link }, { realm })
}

function attemptsRow({ now }: Core, { state, provider }: (typeof oauthStates)[number]): Change {
  return insert('oneTimeTokens', {
    tokenHash: hashOf(state),
    purpose: 'oauth',
    realm,
    userId: null,
    email: null,
    data: oauthStateData({
      provider,
      redirectUri: `https://api-client.bkend.ai/v1/auth/${provider}/callback`,
      redirectTo: `${app}/auth/callback`,
      browserNonce: null,
    }),
    createdAt: now(),
    expiresAt: now() + day,
  })
}

function seededUser(person: Person): SeededUser {
  return {
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
  }
}

function seededApiKey({ id, name, key, state, environment, note }: (typeof apiKeys)[number]): SeededApiKey {
  return {
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
  }
}

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
