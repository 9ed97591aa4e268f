import { describe, expect, it } from 'vitest'
import { remove } from '../../../src/core/store.ts'
import { ids, issues, keys, openFactory, paths, tokens, told } from './support.ts'

const unauthorized = [401, 'UNAUTHORIZED', 'Authentication required']
const forbidden = (message: string) => [403, 'FORBIDDEN', message]

async function scene() {
  const factory = await openFactory()
  const { ask } = factory
  return {
    ...factory,
    create: (form: object, bearer = tokens.ada, path = paths.keys) => ask('POST', path, form, { bearer }),
    list: (bearer = tokens.ada, path = paths.keys) => ask('GET', path, undefined, { bearer }),
    drop: (id: string, bearer = tokens.ada, path = paths.keys) =>
      ask('DELETE', `${path}/${id}`, undefined, { bearer }),
    /** What becomes of a key's calls. */
    use: (bearer: string) => ask('GET', paths.workOrders, undefined, { bearer }),
  }
}

const form = { name: 'CI', scopes: ['mcp:read'] }

describe('a new key', () => {
  it('K01 is shown once, and then only recognised', async () => {
    const { create, list, store } = await scene()
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

  it('works at once, and says when it was used', async () => {
    const { create, list, use } = await scene()
    const { id, key } = (await create(form)).body
    expect((await use(key)).status).toBe(200)
    const listed = (await list()).body.apiKeys.find((apiKey: { id: string }) => apiKey.id === id)
    expect(Math.abs(Date.parse(listed.lastUsedAt) - Date.now())).toBeLessThan(60_000)
  })

  it('may be made by every member', async () => {
    const { create, use } = await scene()
    const { key } = (await create(form, tokens.charles)).body
    expect((await use(key)).status).toBe(200)
  })

  it('K04 belongs to its maker and organization, whatever the body says', async () => {
    const { create, store } = await scene()
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
  ])('is refused as %j', async (body, issue) => {
    const { create } = await scene()
    expect(issues(await create(body))).toEqual([422, issue])
  })

  it('K02 cannot be made with a key', async () => {
    const { create } = await scene()
    expect(told(await create(form, keys.pipeline))).toEqual(forbidden('API keys cannot be used here'))
  })
})

describe('a key', () => {
  it('K02 ends when it expires, and stays listed', async () => {
    const { create, list, use, advance } = await scene()
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const { key } = (await create({ ...form, expiresAt })).body
    expect((await use(key)).status).toBe(200)
    await advance(3601)
    expect(told(await use(key))).toEqual(unauthorized)
    expect((await list()).body.apiKeys[0]).toMatchObject({ name: 'CI', expiresAt })
  })

  it('K02 ends when it is deleted, by an admin only, and can be deleted again', async () => {
    const { create, drop, list, use } = await scene()
    const { id, key } = (await create(form, tokens.charles)).body
    expect(told(await drop(id, tokens.charles))).toEqual(forbidden('Admin access required'))
    expect((await use(key)).status).toBe(200)
    expect([(await drop(id)).status, (await drop(id)).status]).toEqual([204, 204])
    expect(told(await use(key))).toEqual(unauthorized)
    expect(JSON.stringify((await list()).body)).not.toContain(id)
    expect(told(await drop(ids.unknown))).toEqual([404, 'NOT_FOUND', 'API key not found'])
  })

  it.each(['disabled', 'deleted'])('ends when its maker is %s', async (status) => {
    const { create, use, settings } = await scene()
    const { key } = (await create(form, tokens.charles)).body
    await settings({ users: [{ user: ids.charles, status }] })
    expect(told(await use(key))).toEqual(unauthorized)
  })

  it('ends when its maker leaves the organization', async () => {
    const { create, use, store } = await scene()
    const { key } = (await create(form, tokens.charles)).body
    const { organizationId, userId } = { organizationId: ids.analyticalEngines, userId: ids.charles }
    await store.write([remove('memberships', { organizationId, userId })])
    expect(told(await use(key))).toEqual(unauthorized)
  })

  it('K01 is nothing but itself', async () => {
    const { use } = await scene()
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
      expect(told(await use(key))).toEqual(unauthorized)
  })

  it('K02 is refused wherever no scope applies', async () => {
    const { ask } = await scene()
    const attempts = [
      await ask('GET', paths.keys, undefined, { bearer: keys.pipeline }),
      await ask('POST', paths.keys, form, { bearer: keys.pipeline }),
      await ask('DELETE', `${paths.keys}/${ids.trial}`, undefined, { bearer: keys.pipeline }),
      await ask('POST', paths.projects, { name: 'Silver Lady' }, { bearer: keys.pipeline }),
      await ask('POST', paths.members, { email: 'a@example.org', role: 'admin' }, { bearer: keys.pipeline }),
      await ask('POST', paths.workOrders, { title: 'Number axes' }, { bearer: keys.pipeline }),
    ]
    for (const attempt of attempts) expect(told(attempt)).toEqual(forbidden('API keys cannot be used here'))
  })
})

describe('the keys of another organization', () => {
  it('K03 cannot be seen, made or deleted, and are no different from those of none', async () => {
    const { create, list, drop } = await scene()
    const notMember = forbidden('Not a member of this organization')
    for (const organization of [ids.marysOrganization, ids.unknown]) {
      const path = `/api/organizations/${organization}/api-keys`
      expect(told(await list(tokens.ada, path))).toEqual(notMember)
      expect(told(await create(form, tokens.ada, path))).toEqual(notMember)
      expect(told(await create({}, tokens.ada, path))).toEqual(notMember)
      expect(told(await drop(ids.trial, tokens.ada, path))).toEqual(notMember)
    }
  })

  it('K03 cannot be deleted by way of one’s own', async () => {
    const { drop, use } = await scene()
    const marys = `/api/organizations/${ids.marysOrganization}/api-keys`
    expect(told(await drop(ids.pipeline, tokens.mary, marys))).toEqual([
      404,
      'NOT_FOUND',
      'API key not found',
    ])
    expect((await use(keys.pipeline)).status).toBe(200)
  })

  it('are refused for the form of their ids', async () => {
    const { list, drop } = await scene()
    expect(issues(await list(tokens.ada, '/api/organizations/analytical-engines/api-keys'))).toEqual([
      422,
      'orgId: Must be a UUID',
    ])
    expect(issues(await drop('of-key-7a1a17a1'))).toEqual([422, 'keyId: Must be a UUID'])
  })
})
