import { describe, expect, it } from 'vitest'
import {
  type ApiKeyInput,
  assertScope,
  authenticateApiKey,
  createApiKey,
  listApiKeys,
  revokeApiKey,
} from '../../src/core/api-keys.ts'
import { signUpWithOrganization } from '../../src/core/organizations.ts'
import { hashOf } from '../../src/core/secrets.ts'
import { remove, StoreUnavailableError } from '../../src/core/store.ts'
import { ada, administer, countOutcomes, outcomeOf, requestMeta, signUpAda, testCore, times } from './core.ts'

const format = {
  prefix: 'key_',
  bytes: 24,
  preview: (key: string) => `${key.slice(0, 12)}...${key.slice(-4)}`,
}
const input: ApiKeyInput = {
  realm: '',
  name: 'CI',
  scopes: ['read', 'read'],
  knownScopes: ['read', 'write'],
  format,
  authority: [],
  requestMeta,
}

describe('API keys', () => {
  it('returns the key once and stores only its hash and a preview', async () => {
    const core = testCore()
    const { apiKey, key } = await createApiKey(core, input)
    expect(key).toMatch(/^key_[0-9a-f]{48}$/)
    expect(apiKey).toMatchObject({
      preview: format.preview(key),
      keyHash: hashOf(key),
      scopes: ['read'],
      expiresAt: null,
    })
    const rows = await core.store.list('apiKeys', {}, { orderBy: 'id' })
    expect(rows).toEqual([apiKey])
    expect(JSON.stringify([rows, core.events])).not.toContain(key)
  })

  it('authenticates a key as its user until the user is disabled or deleted', async () => {
    const core = testCore()
    const { user } = await signUpAda(core)
    const { key } = await createApiKey(core, { ...input, userId: user.id })
    const use = () => authenticateApiKey(core, { key, format })
    expect((await use()).user).toEqual(user)
    await administer(core, user.id, { status: 'disabled' })
    expect(await outcomeOf(use())).toBe('invalidApiKey')
    await administer(core, user.id, { status: 'deleted' })
    expect(await outcomeOf(use())).toBe('invalidApiKey')
  })

  it('rejects the key of a user who has left the organization', async () => {
    const core = testCore()
    const { user, organization } = await signUpWithOrganization(core, { ...ada, organizationName: 'Engines' })
    const { key } = await createApiKey(core, { ...input, userId: user.id, organizationId: organization.id })
    expect(await outcomeOf(authenticateApiKey(core, { key }))).toBe('succeeded')
    await core.store.write([remove('memberships', { userId: user.id })])
    expect(await outcomeOf(authenticateApiKey(core, { key }))).toBe('invalidApiKey')
  })

  it('rejects keys that are unknown, malformed, expired or revoked', async () => {
    const core = testCore()
    const expiresAt = core.now() + 60_000
    const { key, apiKey } = await createApiKey(core, { ...input, expiresAt })
    const attempt = (key: string) => outcomeOf(authenticateApiKey(core, { key, format }))
    expect(await attempt(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)).toBe('invalidApiKey')
    expect(await attempt(key.slice(4))).toBe('malformedApiKey')
    expect(await attempt(key)).toBe('succeeded')
    core.advance(60)
    expect(await attempt(key)).toBe('expiredApiKey')
    await revokeApiKey(core, { id: apiKey.id, owner: {}, realm: '', authority: [], userId: '', requestMeta })
    expect(await attempt(key)).toBe('revokedApiKey')
  })

  it('updates lastUsedAt at most every five seconds', async () => {
    const core = testCore()
    const { key } = await createApiKey(core, input)
    const lastUsed = async () => (await core.store.find('apiKeys', {}))?.lastUsedAt
    const start = core.now()
    for (const [seconds, expected] of [
      [0, 0],
      [4, 0],
      [1, 5000],
    ] as const) {
      core.advance(seconds)
      await authenticateApiKey(core, { key })
      expect(await lastUsed()).toBe(start + expected)
    }
  })

  it('accepts keys while lastUsedAt cannot be written', async () => {
    const core = testCore()
    const { key } = await createApiKey(core, input)
    const full = {
      ...core,
      store: { ...core.store, write: () => Promise.reject(new StoreUnavailableError('disk full')) },
    }
    expect(await outcomeOf(authenticateApiKey(full, { key }))).toBe('succeeded')
  })

  it.each([
    [{ scopes: ['read', 'root'] }, 'invalidScope'],
    [{ expiresAt: 1 }, 'invalidExpiry'],
  ])('rejects a new key with %j', async (wrong, code) => {
    expect(await outcomeOf(createApiKey(testCore(), { ...input, ...wrong }))).toBe(code)
  })

  it('limits the number of active keys, also for concurrent requests', async () => {
    const core = testCore()
    const { user } = await signUpAda(core)
    const create = (other: Partial<ApiKeyInput> = {}) =>
      createApiKey(core, { ...input, userId: user.id, maxActive: 3, ...other })
    await create({ expiresAt: core.now() + 1000 })
    core.advance(1)
    const { apiKey } = await create()
    await create()
    const outcomes = await countOutcomes(times(10, () => create()))
    expect(outcomes.succeeded ?? 0).toBeLessThanOrEqual(1)
    const active = await core.store.count('apiKeys', { userId: user.id, expiresAt: null })
    expect(active).toBe(2 + (outcomes.succeeded ?? 0))
    while ((await core.store.count('apiKeys', { userId: user.id, expiresAt: null })) < 3) await create()
    const error = await create().catch((error) => error)
    expect(error).toMatchObject({ code: 'tooManyApiKeys', details: { limit: 3 } })
    await revokeApiKey(core, {
      id: apiKey.id,
      owner: { userId: user.id },
      realm: '',
      authority: [],
      userId: user.id,
      requestMeta,
    })
    expect(await outcomeOf(create())).toBe('succeeded')
  })

  it('lists keys newest first, without revoked ones', async () => {
    const core = testCore()
    const { user } = await signUpAda(core)
    const owner = { userId: user.id }
    const created = []
    for (const name of ['a', 'b', 'c']) {
      core.advance(1)
      created.push((await createApiKey(core, { ...input, ...owner, name })).apiKey)
    }
    await createApiKey(core, { ...input, name: 'foreign' })
    await revokeApiKey(core, {
      id: created[1]?.id ?? '',
      owner,
      realm: '',
      userId: user.id,
      authority: [],
      requestMeta,
    })
    expect((await listApiKeys(core, owner)).map(({ name }) => name)).toEqual(['c', 'a'])
  })

  it('lets only the owner revoke a key, also repeatedly', async () => {
    const core = testCore()
    const [mine, other] = [await signUpAda(core), await signUpAda(core, { email: 'b@example.org' })]
    const { apiKey } = await createApiKey(core, { ...input, userId: mine.user.id })
    const revoke = (userId: string, id = apiKey.id) =>
      revokeApiKey(core, { id, owner: { userId }, realm: '', authority: [], userId, requestMeta })
    expect(await outcomeOf(revoke(other.user.id))).toBe('apiKeyNotFound')
    expect(await outcomeOf(revoke(mine.user.id, 'unknown'))).toBe('apiKeyNotFound')
    const first = await revoke(mine.user.id)
    expect(first).toMatchObject({ wasRevoked: false, apiKey: { revokedAt: core.now() } })
    core.advance(1)
    expect(await revoke(mine.user.id)).toEqual({ ...first, wasRevoked: true })
  })
})

describe('scopes of API keys', () => {
  const codeOf = (check: () => void) => {
    try {
      check()
    } catch (error) {
      return (error as { code: string }).code
    }
  }

  it('rejects keys that lack the exact scope or belong to another project', () => {
    const key = { scopes: ['read'], projectId: 'p' }
    expect(codeOf(() => assertScope(key, 'read', 'p'))).toBeUndefined()
    expect(codeOf(() => assertScope(key, 'write', 'p'))).toBe('missingScope')
    expect(codeOf(() => assertScope(key, 'read', 'q'))).toBe('wrongProject')
    expect(codeOf(() => assertScope({ ...key, projectId: null }, 'read', 'q'))).toBeUndefined()
    expect(codeOf(() => assertScope({ ...key, scopes: ['write', 'readable'] }, 'read'))).toBe('missingScope')
  })
})
