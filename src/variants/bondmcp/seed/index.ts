import { newUser } from '../../../core/accounts.ts'
import { enqueue } from '../../../core/outbox.ts'
import { hashPassword } from '../../../core/passwords.ts'
import type { Core } from '../../../core/ports.ts'
import { hashOf } from '../../../core/secrets.ts'
import { type Change, insert } from '../../../core/store.ts'
import type { SandboxData, Seed, SeededApiKey, SeededToken, SeededUser } from '../../sandbox-data.ts'
import { apiKeyForm, realm } from '../rules.ts'
import { apiKeys, type Person, people } from './people.ts'

const day = 24 * 60 * 60_000

export const sandboxData: SandboxData = { seed }

/** The people, keys and links of the examples. What must not be over yet is counted from now. */
async function seed(core: Core): Promise<Seed> {
  return {
    changes: [
      ...(await Promise.all(people.map((person) => personsRows(core, person)))).flat(),
      ...apiKeys.map(apiKeysRow),
    ],
    users: people.map(seededUser),
    apiKeys: apiKeys.map(seededApiKey),
    tokens: people.flatMap(seededTokens),
  }
}

async function personsRows(core: Core, person: Person): Promise<Change[]> {
  const { id, email, name, password, plan, since, link, isVerified } = person
  const endsAt = link === null ? null : core.now() + (link.state === 'active' ? day : -day)
  const user = newUser(core, {
    id,
    realm,
    email,
    name,
    plan,
    emailVerifiedAt: isVerified ? since : null,
    passwordHash: await hashPassword(core, password),
    // Until the link is followed, an account ends with it.
    expiresAt: isVerified ? null : endsAt,
    createdAt: since,
    updatedAt: since,
  })
  if (link === null || endsAt === null) return [insert('users', user)]
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
      createdAt: endsAt - day,
      expiresAt: endsAt,
    }),
    ...(isVerified || link.state === 'expired' ? [] : [await enqueue(core, mail, { realm })]),
  ]
}

function apiKeysRow({ key, owner, note: _, ...known }: (typeof apiKeys)[number]): Change {
  return insert('apiKeys', {
    keyHash: hashOf(key),
    preview: apiKeyForm.preview(key),
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
