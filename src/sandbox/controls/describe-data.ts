import type {
  StoredApiKey,
  StoredMembership,
  StoredOrganization,
  StoredSession,
  StoredUser,
} from '../../../generated/_dev/types.ts'
import type { Core } from '../../core/ports.ts'
import type { ListOptions, Store, TableName, Where } from '../../core/store.ts'
import type { ApiKey, Membership, Organization, Session, Tables, User } from '../../core/tables.ts'
import { roleOf } from '../../server/administration/user-changes.ts'
import type { Administration } from '../../variants/variant.ts'

/** The parts of a sandbox that describe its data. */
export interface DataSource {
  core: Pick<Core, 'store' | 'now'>
  administration: Administration
}

/** Some of the matches, and the number of all. */
export interface Page<Item> {
  total: number
  items: Item[]
}

export const toTimestamp = (instant: number): string => new Date(instant).toISOString()
const toOptionalTimestamp = (instant: number | null) => (instant === null ? null : toTimestamp(instant))

/** A user of a load test can have thousands of sessions. */
const maxDetails = 20

export async function describeUser(source: DataSource, user: User): Promise<StoredUser> {
  const { store } = source.core
  const { id, email, name, status, plan } = user

  async function details<T extends TableName, Item>(
    table: T,
    orderBy: ListOptions<Tables[T]>['orderBy'],
    describe: (row: Tables[T]) => Item | Promise<Item>,
  ): Promise<Page<Item>> {
    const where = { userId: id } as unknown as Where<Tables[T]>
    const rows = await store.list(table, where, { orderBy, descending: true, limit: maxDetails })
    const total = rows.length < maxDetails ? rows.length : await store.count(table, where)
    return { total, items: await Promise.all(rows.map(describe)) }
  }

  const sessions = await details('sessions', ['lastUsedAt', 'id'], describeSession)
  return {
    id,
    email,
    name,
    emailVerified: user.emailVerifiedAt !== null,
    status,
    role: await roleOf({ store }, source.administration, user),
    plan,
    ...scopeOf(source, user.realm),
    createdBy: user.provider,
    hasPassword: user.passwordHash !== null,
    hasTwoFactor: user.totpSecret !== null,
    createdAt: toTimestamp(user.createdAt),
    lastUsedAt: sessions.items[0]?.lastUsedAt ?? null,
    expiresAt: toOptionalTimestamp(user.expiresAt),
    sessions,
    apiKeys: await details('apiKeys', ['createdAt', 'id'], (apiKey) => describeApiKey(source, apiKey)),
    passkeys: await details(
      'passkeys',
      ['createdAt', 'credentialId'],
      ({ credentialId, name, counter, createdAt }) => ({
        ...{ credentialId, name, counter },
        createdAt: toTimestamp(createdAt),
      }),
    ),
    oauthAccounts: await details(
      'identities',
      ['createdAt', 'provider', 'subject'],
      ({ provider, subject, createdAt }) => ({ provider, subject, createdAt: toTimestamp(createdAt) }),
    ),
    organizations: await details('memberships', ['createdAt', 'organizationId'], (membership) =>
      describeMembership(store, membership),
    ),
  }
}

/** Returns the project and the environment of a realm. Null if the API has only one pool of users. */
function scopeOf({ administration: { projects } }: DataSource, realm: string) {
  return projects?.scopeOf(realm) ?? { projectId: null, environment: null }
}

function describeSession(session: Session): StoredSession {
  const { id, createdAt, lastUsedAt, idleExpiresAt, absoluteExpiresAt, ip, userAgent } = session
  return {
    id,
    createdAt: toTimestamp(createdAt),
    lastUsedAt: toTimestamp(lastUsedAt),
    expiresAt: toTimestamp(Math.min(idleExpiresAt, absoluteExpiresAt)),
    ip,
    userAgent,
  }
}

export function describeApiKey(source: DataSource, apiKey: ApiKey): StoredApiKey {
  const { id, name, preview, scopes, organizationId, createdAt, lastUsedAt, expiresAt, revokedAt } = apiKey
  const scope = scopeOf(source, apiKey.realm)
  const isExpired = expiresAt !== null && expiresAt <= source.core.now()
  return {
    ...{ id, name, preview, scopes, organizationId },
    state: revokedAt !== null ? 'revoked' : isExpired ? 'expired' : 'active',
    projectId: apiKey.projectId ?? scope.projectId,
    environment: scope.environment,
    createdAt: toTimestamp(createdAt),
    lastUsedAt: toOptionalTimestamp(lastUsedAt),
    expiresAt: toOptionalTimestamp(expiresAt),
  }
}

async function describeMembership(
  store: Store,
  { organizationId, role }: Membership,
): Promise<StoredMembership> {
  const organization = await store.find('organizations', { id: organizationId })
  return { id: organizationId, name: organization?.name ?? '', role }
}

export async function describeOrganization(
  store: Store,
  { id, name, slug, createdAt }: Organization,
): Promise<StoredOrganization> {
  return {
    ...{ id, name, slug },
    members: await store.count('memberships', { organizationId: id }),
    projects: await store.count('projects', { organizationId: id }),
    createdAt: toTimestamp(createdAt),
  }
}
