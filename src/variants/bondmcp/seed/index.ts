import { newUser } from '../../../core/accounts.ts'
import { enqueueMailChange } from '../../../core/outbox.ts'
import { hashPassword } from '../../../core/passwords.ts'
import type { Core } from '../../../core/ports.ts'
import { hashOf } from '../../../core/secrets.ts'
import { type Change, insert } from '../../../core/store.ts'
import type { SandboxData, Seed, SeededApiKey, SeededToken, SeededUser } from '../../sandbox-data.ts'
import { apiKeyFormat, realm } from '../rules.ts'
import { managedApiKeys } from './managed-api-keys.ts'
import { apiKeys, type Person, people } from './people.ts'

const day = 24 * 60 * 60_000

export const sandboxData: SandboxData = { seed, apiKeys: managedApiKeys }

/** The users, API keys and links of the examples. Links expire relative to the current time. */
async function seed(core: Core): Promise<Seed> {
  return {
    changes: [
      ...(await Promise.all(people.map((person) => userRows(core, person)))).flat(),
      ...apiKeys.map(apiKeyRow),
    ],
    users: people.map(seededUser),
    apiKeys: apiKeys.map(seededApiKey),
    tokens: people.flatMap(seededTokens),
  }
}

async function userRows(core: Core, person: Person): Promise<Change[]> {
  const { id, email, name, password, plan, createdAt, link, isVerified } = person
  const linkExpiresAt = link === null ? null : core.now() + (link.state === 'active' ? day : -day)
  const user = newUser(core, {
    id,
    realm,
    email,
    name,
    plan,
    emailVerifiedAt: isVerified ? createdAt : null,
    passwordHash: await hashPassword(core, password),
    // A pending account expires with its link.
    expiresAt: isVerified ? null : linkExpiresAt,
    createdAt,
    updatedAt: createdAt,
  })
  if (link === null || linkExpiresAt === null) return [insert('users', user)]
  const { token } = link
  const mail = {
    kind: 'verifyEmail',
    to: email,
    name,
    token,
    link: core.rules.mail.links.verifyEmail({ token, email, callbackUrl: null }),
  } as const
  return [
    insert('users', user),
    insert('oneTimeTokens', {
      tokenHash: hashOf(token),
      purpose: 'verifyEmail',
      realm,
      userId: id,
      email,
      data: {},
      createdAt: linkExpiresAt - day,
      expiresAt: linkExpiresAt,
    }),
    ...(isVerified || link.state === 'expired' ? [] : [await enqueueMailChange(core, mail, { realm })]),
  ]
}

function apiKeyRow({ key, owner, note: _, ...known }: (typeof apiKeys)[number]): Change {
  return insert('apiKeys', {
    keyHash: hashOf(key),
    preview: apiKeyFormat.preview(key),
    description: null,
    kind: '',
    realm,
    userId: owner.id,
    organizationId: null,
    projectId: null,
    lastUsedAt: null,
    expiresAt: null,
    revokedAt: null,
    ...known,
  })
}

function seededUser({ id, email, password, name, plan, isVerified, note }: Person): SeededUser {
  return {
    id,
    email,
    password,
    name,
    role: 'user',
    plan,
    status: 'active',
    emailVerified: isVerified,
    totpSecret: null,
    note,
  }
}

function seededApiKey({
  id,
  name,
  key,
  owner,
  scopes,
  revokedAt,
  note,
}: (typeof apiKeys)[number]): SeededApiKey {
  return {
    id,
    name,
    key,
    state: revokedAt ? 'revoked' : 'active',
    userId: owner.id,
    organizationId: null,
    projectId: null,
    environment: null,
    scopes,
    note,
  }
}

function seededTokens({ id, link }: Person): SeededToken[] {
  return link === null ? [] : [{ purpose: 'verifyEmail', ...link, userId: id }]
}
