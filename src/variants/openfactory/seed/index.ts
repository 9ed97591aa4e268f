import { newUser } from '../../../core/accounts.ts'
import { oauthStateData } from '../../../core/oauth.ts'
import { slugOf } from '../../../core/organizations.ts'
import { enqueueMailChange } from '../../../core/outbox.ts'
import { hashPassword } from '../../../core/passwords.ts'
import type { Core } from '../../../core/ports.ts'
import { hashOf } from '../../../core/secrets.ts'
import { type Change, insert } from '../../../core/store.ts'
import type { SandboxData, Seed, SeededApiKey, SeededToken, SeededUser } from '../../sandbox-data.ts'
import { apiKeyFormat, realm } from '../rules.ts'
import { managedApiKeys } from './managed-api-keys.ts'
import {
  ada,
  analyticalEngines,
  apiKeys,
  charles,
  invitations,
  luigi,
  type Member,
  mary,
  members,
  oauthStates,
  organizations,
  projects,
  resetToken,
  sessions,
  workOrders,
} from './people.ts'
import { atGitHub, atGoogle, frontend } from './provider-accounts.ts'

export const sandboxData: SandboxData = {
  seed,
  apiKeys: managedApiKeys,
  origins: [frontend],
  accounts: [atGitHub.charles, atGoogle.mary, atGitHub.ada],
  codes: {
    google: { 'example-code-mary': atGoogle.mary },
    github: {
      'example-code-charles': atGitHub.charles,
      'example-code-ada': atGitHub.ada,
      'example-code-without-email': atGitHub.withoutEmail,
      'example-code-without-profile': null,
    },
  },
}

/** Seeds the users, keys and tokens of the contract's examples. Expiry times count from now. */
async function seed(core: Core): Promise<Seed> {
  return {
    changes: [
      ...organizations.map((row) => insert('organizations', { ...row, slug: slugOf(row.name, 'org') })),
      ...projects.map((row) =>
        insert('projects', {
          ...row,
          slug: slugOf(row.name, 'project'),
          description: null,
          createdAt: Date.parse('2026-01-09T09:00:00.000Z'),
        }),
      ),
      ...workOrders.map((row) => insert('workOrders', row)),
      ...(await Promise.all(members.map((member) => memberRows(core, member)))).flat(),
      ...[
        { ...atGitHub.charles, provider: 'github', userId: charles.id },
        { ...atGoogle.mary, provider: 'google', userId: mary.id },
      ].map(({ provider, subject, userId }) =>
        insert('identities', { realm, provider, subject, userId, createdAt: mary.since }),
      ),
      ...apiKeys.map(apiKeyRow),
      ...sessions.map((session) => sessionRow(core, session)),
      ...(await luigisResetEmail(core)),
      ...invitations.map((invitation) => invitationRow(core, invitation)),
      ...oauthStates.map((attempt) => oauthStateRow(core, attempt)),
    ],
    users: members.map(seededUser),
    apiKeys: apiKeys.map(seededApiKey),
    tokens: seededTokens,
  }
}

async function memberRows(core: Core, member: Member): Promise<Change[]> {
  const { id, name, email, password, organizationId, role, since, isVerified, provider, picture } = member
  const user = newUser(core, {
    id,
    realm,
    email,
    name,
    emailVerifiedAt: isVerified ? since : null,
    passwordHash: password === null ? null : await hashPassword(core, password),
    picture,
    provider,
    createdAt: since,
    updatedAt: since,
  })
  return [
    insert('users', user),
    insert('memberships', { organizationId, userId: id, role, createdAt: since }),
  ]
}

function apiKeyRow({ key, state: _, note: __, ...columns }: (typeof apiKeys)[number]): Change {
  return insert('apiKeys', {
    keyHash: hashOf(key),
    preview: apiKeyFormat.preview(key),
    description: null,
    kind: '',
    realm,
    userId: ada.id,
    organizationId: analyticalEngines,
    projectId: null,
    lastUsedAt: null,
    expiresAt: null,
    revokedAt: null,
    ...columns,
  })
}

function sessionRow({ now, rules }: Core, { id, user, token }: (typeof sessions)[number]): Change {
  const createdAt = now()
  const absoluteExpiresAt = createdAt + rules.session.absoluteSeconds * 1000
  return insert('sessions', {
    id,
    userId: user.id,
    tokenHash: hashOf(token),
    accessTokenJti: null,
    previousTokenHash: null,
    rotatedAt: null,
    userAgent: null,
    ip: null,
    createdAt,
    lastUsedAt: createdAt,
    idleExpiresAt: absoluteExpiresAt,
    absoluteExpiresAt,
  })
}

/** The seeded token lasts for a day, because the usual hour could end during a session in the sandbox. */
async function luigisResetEmail(core: Core): Promise<Change[]> {
  const { id: userId, email, name } = luigi
  const createdAt = core.now()
  return [
    insert('oneTimeTokens', {
      tokenHash: hashOf(resetToken),
      purpose: 'resetPassword',
      realm,
      userId,
      email,
      data: {},
      createdAt,
      expiresAt: createdAt + 24 * 60 * 60_000,
    }),
    await enqueueMailChange(
      core,
      {
        kind: 'resetPassword',
        to: email,
        name,
        token: resetToken,
        link: core.rules.mail.links.resetPassword({ token: resetToken, email, callbackUrl: null }),
      },
      { realm },
    ),
  ]
}

/** Without a mail, so that Ada's inbox contains only what a test has requested. */
function invitationRow(
  { now }: Core,
  { id, token, organizationId, role, invitedBy }: (typeof invitations)[number],
): Change {
  const createdAt = now()
  return insert('oneTimeTokens', {
    tokenHash: hashOf(token),
    purpose: 'invitation',
    realm,
    userId: invitedBy.id,
    email: ada.email,
    data: { id, organizationId, role },
    createdAt,
    expiresAt: createdAt + 7 * 24 * 60 * 60_000,
  })
}

/** Unlike real states, these are not bound to a browser: the examples cannot contain its cookie. */
function oauthStateRow({ now }: Core, { state, provider }: (typeof oauthStates)[number]): Change {
  return insert('oneTimeTokens', {
    tokenHash: hashOf(state),
    purpose: 'oauth',
    realm,
    userId: null,
    email: null,
    data: oauthStateData({
      provider,
      redirectUri: `${frontend}/api/auth/oauth/${provider}/callback`,
      redirectTo: `${frontend}/projects`,
      browserNonce: null,
    }),
    createdAt: now(),
    expiresAt: now() + 10 * 60_000,
  })
}

function seededUser({ id, email, password, name, role, isVerified, note }: Member): SeededUser {
  return {
    id,
    email,
    password,
    name,
    role,
    plan: null,
    status: 'active',
    emailVerified: isVerified,
    totpSecret: null,
    note,
  }
}

function seededApiKey(apiKey: (typeof apiKeys)[number]): SeededApiKey {
  return {
    id: apiKey.id,
    name: apiKey.name,
    key: apiKey.key,
    state: apiKey.state,
    userId: ada.id,
    organizationId: analyticalEngines,
    projectId: apiKey.projectId ?? null,
    environment: null,
    scopes: apiKey.scopes,
    note: apiKey.note,
  }
}

const seededTokens: SeededToken[] = [
  ...sessions.map(
    ({ user, token, note }): SeededToken => ({
      purpose: 'session',
      token,
      userId: user.id,
      state: 'active',
      note,
    }),
  ),
  {
    purpose: 'resetPassword',
    token: resetToken,
    userId: luigi.id,
    state: 'active',
    note: 'example ok of confirmPasswordReset',
  },
  ...invitations.map(
    ({ token, note }): SeededToken => ({
      purpose: 'invitation',
      token,
      userId: ada.id,
      state: 'active',
      note,
    }),
  ),
  ...oauthStates.map(
    ({ state, example }): SeededToken => ({
      purpose: 'oauthState',
      token: state,
      userId: null,
      state: 'active',
      note: `example ${example} of finishOAuth`,
    }),
  ),
]
