import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import type { Core, RequestMeta } from './ports.ts'
import { hashOf, hashOfCredential, newHexSecret } from './secrets.ts'
import { assertActive } from './sessions.ts'
import { insert, remove, StoreUnavailableError, update, type Where } from './store.ts'
import type { ApiKey, User } from './tables.ts'

/** What the keys of a variant look like. */
export interface ApiKeyFormat {
  /** Tells a key from other credentials, such as `key_`. */
  prefix: string
  /** Random bytes behind it, as lower-case hex: 16 at least. */
  bytes: number
  /** The part of a key that may be shown again. */
  preview: (key: string) => string
}

export interface ApiKeyInput extends Pick<ApiKey, 'realm' | 'name' | 'scopes'> {
  format: ApiKeyFormat
  /** The scopes that there are; none beyond can be given. */
  knownScopes: readonly string[]
  kind?: string
  description?: string | null
  userId?: string | null
  organizationId?: string | null
  /** A project of that organization: check it first, with `requireProject`. */
  projectId?: string | null
  /** Milliseconds since 1970; null for never. */
  expiresAt?: number | null
  /** How many usable keys the user may have. */
  maxActive?: number | null
  requestMeta: RequestMeta
}

/** `lastUsedAt` may be this much behind, so that a busy key does not cost a write with every call. */
const lastUsedPrecisionMs = 5000

/**
 * @returns the row, and the key itself, which nobody can see again
 * @throws {AuthError} invalidScope (details.scope), invalidExpiry, tooManyApiKeys (details.limit); invalidToken when
 *   what it belongs to was deleted meanwhile
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
    const outcome = await core.store.write([insert('apiKeys', apiKey)])
    // Its user, organization or project was deleted meanwhile.
    if (!outcome.done) throw new AuthError('invalidToken')
    if (maxActive !== null) await assertKeyLimit(core, apiKey, maxActive)
    return { apiKey, key }
  })
}

/** Counts after the write, so that parallel calls cannot pass the limit together; at worst they are all refused. */
async function assertKeyLimit(core: Core, { id, userId }: ApiKey, limit: number): Promise<void> {
  const now = core.now()
  const keys = await core.store.list('apiKeys', { userId, revokedAt: null }, { orderBy: 'createdAt' })
  if (keys.filter(({ expiresAt }) => expiresAt === null || expiresAt > now).length <= limit) return
  await core.store.write([remove('apiKeys', { id })])
  throw new AuthError('tooManyApiKeys', { limit })
}

/** Keys that were not revoked, newest first; expired ones too. */
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
 * Revokes a key for good; its next use fails.
 * @param input.owner what the key has to belong to: another's is as unknown as none
 * @returns the key, and whether it had been revoked before
 * @throws {AuthError} apiKeyNotFound
 */
export function revokeApiKey(
  core: Core,
  {
    id,
    owner,
    realm,
    userId,
    requestMeta,
  }: {
    id: string
    owner: Where<Pick<ApiKey, 'userId' | 'organizationId' | 'realm'>>
    realm: string
    /** Who revokes; null for an operator. */
    userId: string | null
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
    const outcome = await core.store.write([revoke])
    const apiKey = await core.store.find('apiKeys', { ...owner, id })
    if (!apiKey) throw new AuthError('apiKeyNotFound')
    return { apiKey, wasRevoked: !outcome.done }
  })
}

/**
 * Whose key is this? Found by its hash, and everything about it read anew.
 * @param input.form of the keys that are meant; another form is `malformedApiKey`
 * @returns the key and, where it has one, the user it acts for
 * @throws {AuthError} malformedApiKey, invalidApiKey (unknown, or its user is gone, disabled or no longer a member),
 *   revokedApiKey, expiredApiKey
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
    // A full disk is no reason to refuse who only reads.
    if (!(error instanceof StoreUnavailableError)) throw error
  }
}

/**
 * May this key do that?
 * @param projectId the project that is touched; a key that is bound to another is refused, whether or not this one exists
 * @throws {AuthError} missingScope (details.scope), wrongProject
 */
export function assertScope(
  { scopes, projectId: bound }: Pick<ApiKey, 'scopes' | 'projectId'>,
  scope: string,
  projectId?: string,
): void {
  if (!scopes.includes(scope)) throw new AuthError('missingScope', { scope })
  if (projectId !== undefined && bound !== null && bound !== projectId) throw new AuthError('wrongProject')
}
