import { describe, expect, it } from 'vitest'
import { insert, remove } from '../../../src/core/store.ts'
import { errorOf, ids, issues, keys, openFactory, paths, tokens } from './support.ts'

const unauthorized = [401, 'UNAUTHORIZED', 'Authentication required']
const forbidden = (message: string) => [403, 'FORBIDDEN', message]

async function setUp() {
  const factory = await openFactory()
  const { ask } = factory
  return {
    ...factory,
    create: (form: object, bearer = tokens.ada, path = paths.keys) => ask('POST', path, form, { bearer }),
    list: (bearer = tokens.ada, path = paths.keys) => ask('GET', path, undefined, { bearer }),
    drop: (id: string, bearer = tokens.ada, path = paths.keys) =>
      ask('DELETE', `${path}/${id}`, undefined, { bearer }),
    /** Calls an operation that the key may call. */
    use: (bearer: string) => ask('GET', paths.workOrders, undefined, { bearer }),
  }
}

const form = { name: 'CI', scopes: ['mcp:read'] }

describe('creating an API key', () => {
  it('K01 shows a new API key once and lists only its prefix afterwards', async () => {
    const { create, list, store } = await setUp()
    const { status, body, headers } = await create({ ...form, scopes: ['mcp:read', 'mcp:write', 'mcp:read'] })
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store'])
    expect(body).toEqual({
      id: expect.any(String),
      name: 'CI',
      key: expect.stringMatching(/^of-key-[0-9a-f]{48}$/),
      keyPrefix: body.key.slice(0, 15),
      scopes: ['mcp:read', 'mcp:write'],
      projectId: null,
      expiresAt: null,
      createdAt: expect.any(String),
    })
    const [first, ...others] = (await list()).body.apiKeys
    const { key, ...shown } = body
    expect(first).toEqual({ ...shown, lastUsedAt: null })
    expect(others.map(({ name }: { name: string }) => name)).toEqual([
      'Delivery pipeline',
      'Feedback widget',
      'Trial',
    ])
    expect(JSON.stringify(await store.list('apiKeys', {}, { orderBy: 'id' }))).not.toContain(key.slice(15))
  })

  it('accepts a new API key at once and records its use', async () => {
    const { create, list, use } = await setUp()
    const { id, key } = (await create(form)).body
    expect((await use(key)).status).toBe(200)
    const listed = (await list()).body.apiKeys.find((apiKey: { id: string }) => apiKey.id === id)
    expect(Math.abs(Date.parse(listed.lastUsedAt) - Date.now())).toBeLessThan(60_000)
  })

  it('lets every member create an API key', async () => {
    const { create, use } = await setUp()
    const { key } = (await create(form, tokens.charles)).body
    expect((await use(key)).status).toBe(200)
  })

  it('K04 takes the creator and organization of an API key from session and path, not from the body', async () => {
    const { create, store } = await setUp()
    const extra = {
      id: ids.unknown,
      key: 'of-key-mine',
      userId: ids.mary,
      organizationId: ids.marysOrganization,
      permissions: ['*'],
      createdAt: '2000-01-01T00:00:00.000Z',
      revokedAt: null,
    }
    const { id, key } = (await create({ ...form, ...extra })).body
    expect([id === extra.id, key === extra.key]).toEqual([false, false])
    expect(await store.find('apiKeys', { id })).toMatchObject({
      userId: ids.ada,
      organizationId: ids.analyticalEngines,
      scopes: ['mcp:read'],
    })
  })

  it.each([
    [{ scopes: ['mcp:read'] }, 'name: Required'],
    [{ ...form, name: '' }, 'name: Must not be empty'],
    [{ ...form, name: 'x'.repeat(256) }, 'name: Must have at most 255 characters'],
    [{ ...form, name: 'n\0l' }, 'name: Must not contain NUL or unpaired surrogates'],
    [{ name: 'CI' }, 'scopes: Required'],
    [{ ...form, scopes: [] }, 'scopes: Must have at least 1 item'],
    [{ ...form, scopes: ['*'] }, 'scopes.0: Must be mcp:read, mcp:write or validator:write'],
    [{ ...form, scopes: 'mcp:read' }, 'scopes: Must be a list'],
    [{ ...form, projectId: 'difference-engine' }, 'projectId: Must be a UUID'],
    [{ ...form, projectId: ids.celestialMechanics }, 'projectId: Must be a project of this organization'],
    [{ ...form, projectId: ids.unknown }, 'projectId: Must be a project of this organization'],
    [{ ...form, expiresAt: '2020-01-01T00:00:00.000Z' }, 'expiresAt: Must be in the future'],
    [{ ...form, expiresAt: '2099-01-01' }, 'expiresAt: Must be a date and time in UTC (RFC 3339)'],
    [
      { ...form, expiresAt: '2099-01-01T00:00:00+01:00' },
      'expiresAt: Must be a date and time in UTC (RFC 3339)',
    ],
  ])('rejects the invalid API key request %j', async (body, issue) => {
    const { create } = await setUp()
    expect(issues(await create(body))).toEqual([422, issue])
  })

  it('K02 does not let an API key create another', async () => {
    const { create } = await setUp()
    expect(errorOf(await create(form, keys.pipeline))).toEqual(forbidden('API keys cannot be used here'))
  })
})

describe('an API key', () => {
  it('K02 rejects an expired API key but still lists it', async () => {
    const { create, list, use, advance } = await setUp()
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const { key } = (await create({ ...form, expiresAt })).body
    expect((await use(key)).status).toBe(200)
    await advance(3601)
    expect(errorOf(await use(key))).toEqual(unauthorized)
    expect((await list()).body.apiKeys[0]).toMatchObject({ name: 'CI', expiresAt })
  })

  it('K02 rejects an API key once an admin has deleted it, and accepts the deletion again', async () => {
    const { create, drop, list, use } = await setUp()
    const { id, key } = (await create(form, tokens.charles)).body
    expect(errorOf(await drop(id, tokens.charles))).toEqual(forbidden('Admin access required'))
    expect((await use(key)).status).toBe(200)
    expect([(await drop(id)).status, (await drop(id)).status]).toEqual([204, 204])
    expect(errorOf(await use(key))).toEqual(unauthorized)
    expect(JSON.stringify((await list()).body)).not.toContain(id)
    expect(errorOf(await drop(ids.unknown))).toEqual([404, 'NOT_FOUND', 'API key not found'])
  })

  it.each(['disabled', 'deleted'])('rejects an API key whose creator is %s', async (status) => {
    const { create, use, settings } = await setUp()
    const { key } = (await create(form, tokens.charles)).body
    await settings({ users: [{ user: ids.charles, status }] })
    expect(errorOf(await use(key))).toEqual(unauthorized)
  })

  it('rejects an API key whose creator has left the organization', async () => {
    const { create, use, store } = await setUp()
    const { key } = (await create(form, tokens.charles)).body
    const { organizationId, userId } = { organizationId: ids.analyticalEngines, userId: ids.charles }
    await store.write([remove('memberships', { organizationId, userId })])
    expect(errorOf(await use(key))).toEqual(unauthorized)
  })

  it('K01 accepts only the exact API key, neither shortened nor altered', async () => {
    const { use } = await setUp()
    for (const key of [
      keys.trial,
      keys.deleted,
      keys.pipeline.slice(0, 15),
      keys.pipeline.slice(0, -1),
      `${keys.pipeline}0`,
      keys.pipeline.toUpperCase(),
      keys.pipeline.replace('of-key-', ''),
      keys.pipeline.replace('9f31', '9f32'),
      'of-key-',
    ])
      expect(errorOf(await use(key))).toEqual(unauthorized)
  })

  it('K02 rejects an API key with 403 where no scope applies', async () => {
    const { ask } = await setUp()
    const attempts = [
      await ask('GET', paths.keys, undefined, { bearer: keys.pipeline }),
      await ask('POST', paths.keys, form, { bearer: keys.pipeline }),
      await ask('DELETE', `${paths.keys}/${ids.trial}`, undefined, { bearer: keys.pipeline }),
      await ask('POST', paths.projects, { name: 'Silver Lady' }, { bearer: keys.pipeline }),
      await ask('POST', paths.members, { email: 'a@example.org', role: 'admin' }, { bearer: keys.pipeline }),
      await ask('POST', paths.workOrders, { title: 'Number axes' }, { bearer: keys.pipeline }),
    ]
    for (const attempt of attempts)
      expect(errorOf(attempt)).toEqual(forbidden('API keys cannot be used here'))
  })
})

describe('API keys of another organization', () => {
  it('K03 gives the same 403 for another organization and for an unknown one', async () => {
    const { create, list, drop } = await setUp()
    const notMember = forbidden('Not a member of this organization')
    for (const organization of [ids.marysOrganization, ids.unknown]) {
      const path = `/api/organizations/${organization}/api-keys`
      expect(errorOf(await list(tokens.ada, path))).toEqual(notMember)
      expect(errorOf(await create(form, tokens.ada, path))).toEqual(notMember)
      expect(errorOf(await create({}, tokens.ada, path))).toEqual(notMember)
      expect(errorOf(await drop(ids.trial, tokens.ada, path))).toEqual(notMember)
    }
  })

  it('K03 does not delete a key through the path of an organization that it does not belong to', async () => {
    const { drop, use } = await setUp()
    const marys = `/api/organizations/${ids.marysOrganization}/api-keys`
    expect(errorOf(await drop(ids.pipeline, tokens.mary, marys))).toEqual([
      404,
      'NOT_FOUND',
      'API key not found',
    ])
    expect((await use(keys.pipeline)).status).toBe(200)
  })

  it('K03 limits a key to its organization even if its user also belongs to another one', async () => {
    const { store, ask } = await setUp()
    await store.write([
      insert('memberships', {
        organizationId: ids.marysOrganization,
        userId: ids.ada,
        role: 'member',
        createdAt: Date.now(),
      }),
    ])
    const path = `/api/projects/${ids.celestialMechanics}/planner/work-orders`
    const read = (bearer: string) => ask('GET', path, undefined, { bearer })
    expect((await read(tokens.ada)).status).toBe(200)
    expect(errorOf(await read(keys.pipeline))).toEqual([404, 'NOT_FOUND', 'Project not found'])
  })

  it('rejects organization and key ids that are not UUIDs', async () => {
    const { list, drop } = await setUp()
    expect(issues(await list(tokens.ada, '/api/organizations/analytical-engines/api-keys'))).toEqual([
      422,
      'orgId: Must be a UUID',
    ])
    expect(issues(await drop('of-key-7a1a17a1'))).toEqual([422, 'keyId: Must be a UUID'])
  })
})
