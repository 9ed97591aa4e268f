import { type Authority, writeWithAuthority } from './authority.ts'
import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import type { Core, RequestMeta } from './ports.ts'
import { hashOf, hashOfCredential, newHexSecret } from './secrets.ts'
import { assertActive } from './sessions.ts'
import { insert, remove, StoreUnavailableError, update, type Where } from './store.ts'
import type { ApiKey, User } from './tables.ts'

/** The format of a variant's keys. */
export interface ApiKeyFormat {
  /** Distinguishes keys from other credentials, for example `key_`. */
  prefix: string
  /** The number of random bytes, written as lower-case hex: at least 16. */
  bytes: number
  /** Returns the part of a key that may be shown again. */
  preview: (key: string) => string
}

/** The input of `createApiKey`. */
export interface ApiKeyInput extends Pick<ApiKey, 'realm' | 'name' | 'scopes'> {
  format: ApiKeyFormat
  /** The scopes that exist. A key with any other scope is rejected. */
  knownScopes: readonly string[]
  kind?: string
  description?: string | null
  userId?: string | null
  organizationId?: string | null
  /** A project of the organization. Check it with `requireProject` first. */
  projectId?: string | null
  /** Milliseconds since 1970; null for never. */
  expiresAt?: number | null
  /** The maximum number of active keys of the user; null for no maximum. */
  maxActive?: number | null
  authority: Authority
  requestMeta: RequestMeta
}

/** How stale `lastUsedAt` may be, so that a busy key does not cause a write per call. */
const lastUsedPrecisionMs = 5000

/**
 * Creates an API key.
 * @returns the row, and the key itself, which cannot be recovered later
 * @throws {AuthError} invalidScope (details.scope), invalidExpiry, tooManyApiKeys (details.limit);
 *   invalidToken if the user, organization or project was deleted in the meantime; any code of `authority`
 */
export function createApiKey(core: Core, input: ApiKeyInput): Promise<{ apiKey: ApiKey; key: string }> {
  const { realm, requestMeta, userId = null, expiresAt = null, maxActive = null } = input
  return audited(core, { name: 'apiKeyCreation', realm, requestMeta, userId }, async () => {
    const unknown = input.scopes.find((scope) => !input.knownScopes.includes(scope))
    if (unknown !== undefined) throw new AuthError('invalidScope', { scope: unknown })
    if (expiresAt !== null && expiresAt <= core.now()) throw new AuthError('invalidExpiry')
    const key = `${input.format.prefix}${newHexSecret(core, input.format.bytes)}`
    const apiKey: ApiKey = {
      id: core.newId('apiKey'),
      keyHash: hashOf(key),
      preview: input.format.preview(key),
      name: input.name,
      description: input.description ?? null,
      kind: input.kind ?? '',
      realm,
      userId,
      organizationId: input.organizationId ?? null,
      projectId: input.projectId ?? null,
      scopes: [...new Set(input.scopes)],
      createdAt: core.now(),
      lastUsedAt: null,
      expiresAt,
      revokedAt: null,
    }
    const outcome = await writeWithAuthority(core, input.authority, [insert('apiKeys', apiKey)])
    if (!outcome.done) throw new AuthError('invalidToken')
    if (maxActive !== null) await assertKeyLimit(core, apiKey, maxActive)
    return { apiKey, key }
  })
}

/**
 * Counts after the write, so that concurrent calls cannot exceed the limit. At worst, all of them are
 * rejected.
 */
async function assertKeyLimit(core: Core, { id, userId }: ApiKey, limit: number): Promise<void> {
  const now = core.now()
  const keys = await core.store.list('apiKeys', { userId, revokedAt: null }, { orderBy: 'createdAt' })
  if (keys.filter(({ expiresAt }) => expiresAt === null || expiresAt > now).length <= limit) return
  await core.store.write([remove('apiKeys', { id })])
  throw new AuthError('tooManyApiKeys', { limit })
}

/** Lists the keys that are not revoked, including expired ones, newest first. */
export function listApiKeys(
  { store }: Pick<Core, 'store'>,
  owner: Where<Pick<ApiKey, 'userId' | 'organizationId' | 'projectId' | 'realm' | 'kind'>>,
): Promise<ApiKey[]> {
  return store.list(
    'apiKeys',
    { ...owner, revokedAt: null },
    { orderBy: ['createdAt', 'id'], descending: true },
  )
}

/**
 * Revokes a key permanently, from the next request on.
 * @param input.owner the required owner; the key of another owner counts as not found
 * @returns the key, and whether it was already revoked
 * @throws {AuthError} apiKeyNotFound; any code of `authority`
 */
export function revokeApiKey(
  core: Core,
  {
    id,
    owner,
    realm,
    userId,
    authority,
    requestMeta,
  }: {
    id: string
    owner: Where<Pick<ApiKey, 'userId' | 'organizationId' | 'realm'>>
    realm: string
    /** The user who revokes the key; null for an operator. */
    userId: string | null
    authority: Authority
    requestMeta: RequestMeta
  },
): Promise<{ apiKey: ApiKey; wasRevoked: boolean }> {
  return audited(core, { name: 'apiKeyRevocation', realm, requestMeta, userId }, async () => {
    const revoke = update(
      'apiKeys',
      { ...owner, id, revokedAt: null },
      { revokedAt: core.now() },
      { expect: 1 },
    )
    const outcome = await writeWithAuthority(core, authority, [revoke])
    const apiKey = await core.store.find('apiKeys', { ...owner, id })
    if (!apiKey) throw new AuthError('apiKeyNotFound')
    return { apiKey, wasRevoked: !outcome.done }
  })
}

/**
 * Authenticates an API key, which is looked up by its hash. Key, user and membership are read from the store
 * each time, so that revocation takes effect on the next request.
 * @param input.format the expected format, if only one is accepted
 * @returns the key, and the user that it acts for, if any
 * @throws {AuthError} malformedApiKey, invalidApiKey (unknown, or its user is deleted, disabled or no longer
 *   a member), revokedApiKey, expiredApiKey
 */
export async function authenticateApiKey(
  core: Pick<Core, 'store' | 'now'>,
  { key, format }: { key: string; format?: Pick<ApiKeyFormat, 'prefix'> },
): Promise<{ apiKey: ApiKey; user: User | null }> {
  if (format && !key.startsWith(format.prefix)) throw new AuthError('malformedApiKey')
  const apiKey = await core.store.find('apiKeys', { keyHash: hashOfCredential(key) })
  if (!apiKey) throw new AuthError('invalidApiKey')
  if (apiKey.revokedAt !== null) throw new AuthError('revokedApiKey')
  if (apiKey.expiresAt !== null && apiKey.expiresAt <= core.now()) throw new AuthError('expiredApiKey')
  const user = await findOwner(core, apiKey)
  await recordUse(core, apiKey)
  return { apiKey, user }
}

async function findOwner(
  core: Pick<Core, 'store' | 'now'>,
  { userId, organizationId }: ApiKey,
): Promise<User | null> {
  if (userId === null) return null
  const [user, membership] = await Promise.all([
    core.store.find('users', { id: userId }),
    organizationId === null ? undefined : core.store.find('memberships', { organizationId, userId }),
  ])
  if (!user || (organizationId !== null && !membership)) throw new AuthError('invalidApiKey')
  try {
    assertActive(core, user)
  } catch {
    throw new AuthError('invalidApiKey')
  }
  return user
}

async function recordUse(
  { store, now }: Pick<Core, 'store' | 'now'>,
  { id, lastUsedAt }: ApiKey,
): Promise<void> {
  if (lastUsedAt !== null && Math.abs(now() - lastUsedAt) < lastUsedPrecisionMs) return
  try {
    await store.write([update('apiKeys', { id }, { lastUsedAt: now() })])
  } catch (error) {
    // Best effort: do not fail a read because `lastUsedAt` cannot be written.
    if (!(error instanceof StoreUnavailableError)) throw error
  }
}

/**
 * Rejects a key that lacks a scope or is bound to another project.
 * @param projectId the requested project, whether or not it exists
 * @throws {AuthError} missingScope (details.scope), wrongProject
 */
export function assertScope(
  { scopes, projectId: boundTo }: Pick<ApiKey, 'scopes' | 'projectId'>,
  scope: string,
  projectId?: string,
): void {
  if (!scopes.includes(scope)) throw new AuthError('missingScope', { scope })
  if (projectId !== undefined && boundTo !== null && boundTo !== projectId)
    throw new AuthError('wrongProject')
}
