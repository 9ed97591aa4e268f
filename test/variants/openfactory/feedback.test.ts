import { describe, expect, it } from 'vitest'
import { countStatuses, errorOf, ids, issues, keys, openFactory, paths, times, tokens } from './support.ts'

const report = { description: 'The carry jams.' }
const feedbackPath = (projectId: string) => `/api/projects/${projectId}/validator/feedback`

async function setUp() {
  const factory = await openFactory()
  return {
    ...factory,
    submit: (body: unknown, bearer = keys.widget, projectId = ids.differenceEngine, address?: string) =>
      factory.ask('POST', feedbackPath(projectId), body, {
        bearer,
        ...(address !== undefined && { address }),
      }),
  }
}

describe('feedback', () => {
  it('stores feedback with the id of its API key and without undeclared fields', async () => {
    const { submit, store } = await setUp()
    const full = {
      description: 'The carry from the ninth wheel to the tenth jams when both turn at once.',
      title: 'Carry jams',
      category: 'bug',
      browserInfo: { name: 'Firefox', version: '147.0', os: 'Linux' },
      deviceInfo: { type: 'desktop', screenWidth: 1920, screenHeight: 1080 },
      sessionData: { page: '/tables/logarithms', wheel: 9, nested: { any: [1, null, 'x'] } },
      externalUserId: 'visitor-1822',
      tags: ['carry', 'hardware'],
    }
    const { status, body } = await submit({ ...full, status: 'closed', apiKeyId: ids.pipeline, id: '1' })
    expect([status, Object.keys(body), body.status]).toEqual([201, ['id', 'status', 'createdAt'], 'new'])
    expect(await store.find('feedback', { id: body.id })).toEqual({
      id: body.id,
      projectId: ids.differenceEngine,
      apiKeyId: ids.widget,
      status: 'new',
      data: full,
      createdAt: Date.parse(body.createdAt),
    })
  })

  it('rejects feedback from sessions and invalid API keys with 401', async () => {
    const { submit, ask } = await setUp()
    for (const bearer of [tokens.ada, tokens.charles, keys.trial, keys.deleted])
      expect(errorOf(await submit(report, bearer))).toEqual([401, 'UNAUTHORIZED', 'Authentication required'])
    expect(errorOf(await ask('POST', paths.feedback, report))[0]).toBe(401)
  })

  it('requires the scope validator:write and the project of the key for feedback', async () => {
    const { submit, createKey } = await setUp()
    const { key } = await createKey({ scopes: ['mcp:read', 'mcp:write'] })
    const refused = await submit(report, key)
    expect(errorOf(refused)).toEqual([403, 'FORBIDDEN', 'API key does not have validator:write scope'])
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="validator:write"',
    )
    for (const projectId of [ids.celestialMechanics, ids.unknown]) {
      expect(errorOf(await submit(report, keys.widget, projectId))).toEqual([
        403,
        'FORBIDDEN',
        'API key is not valid for this project',
      ])
      expect(errorOf(await submit(report, keys.pipeline, projectId))).toEqual([
        404,
        'NOT_FOUND',
        'Project not found',
      ])
    }
  })

  it.each([
    [{}, 'description: Required'],
    [{ description: '' }, 'description: Must not be empty'],
    [{ description: 'x'.repeat(10_001) }, 'description: Must have at most 10000 characters'],
    [{ ...report, title: 'x'.repeat(501) }, 'title: Must have at most 500 characters'],
    [{ ...report, category: 'praise' }, 'category: Must be bug, feature_request, performance or other'],
    [{ ...report, browserInfo: { name: 'Firefox', version: '1' } }, 'browserInfo.os: Required'],
    [
      { ...report, deviceInfo: { type: 'desktop', screenWidth: 1.5, screenHeight: 1 } },
      'deviceInfo.screenWidth: Must be an integer',
    ],
    [{ ...report, sessionData: [] }, 'sessionData: Must be an object'],
    [{ ...report, externalUserId: 'x'.repeat(256) }, 'externalUserId: Must have at most 255 characters'],
    [{ ...report, tags: times(21, String) }, 'tags: Must have at most 20 items'],
    [{ ...report, tags: ['x'.repeat(101)] }, 'tags.0: Must have at most 100 characters'],
    [
      { ...report, sessionData: { a: { b: ['n\0l'] } } },
      'sessionData.a.b.0: Must not contain NUL or unpaired surrogates',
    ],
    [{ ...report, sessionData: { 'n\0l': 1 } }, 'sessionData: Must not contain NUL or unpaired surrogates'],
  ])('rejects the invalid feedback %.60j', async (body, issue) => {
    const { submit } = await setUp()
    expect(issues(await submit(body))).toEqual([422, issue])
  })

  it('rejects session data with extremely deep nesting', async () => {
    const { submit } = await setUp()
    const depth = 30_000
    const body = `{"description":"x","sessionData":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`
    expect(issues(await submit(body))).toEqual([422, 'sessionData: Must not be nested so deeply'])
  })

  it('does not pollute prototypes through session data', async () => {
    const { submit, ask } = await setUp()
    const body = `{"description":"x","sessionData":{"__proto__":{"role":"admin"},"constructor":{"prototype":{"x":1}}}}`
    expect((await submit(body)).status).toBe(201)
    expect(({} as Record<string, unknown>).role).toBeUndefined()
    const session = await ask('GET', '/api/auth/session', undefined, { bearer: tokens.charles })
    expect(session.body.role).toBe('member')
  })

  it('limits feedback by API key, regardless of the IP address', async () => {
    const { submit } = await setUp()
    const responses = await Promise.all(
      times(65, (index) => submit(report, keys.widget, ids.differenceEngine, `192.0.2.${index + 10}`)),
    )
    expect(countStatuses(responses)).toEqual({ 201: 60, 429: 5 })
    const refused = responses.find(({ status }) => status === 429) ?? expect.fail()
    expect(errorOf(refused)).toEqual([429, 'RATE_LIMITED', 'Too many requests'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await submit(report, keys.pipeline)).status).toBe(201)
  })

  it('accepts feedback again a minute after the limit was reached', async () => {
    const { submit, advance } = await setUp()
    for (const _ of times(60, () => 0)) await submit(report)
    expect((await submit(report)).status).toBe(429)
    await advance(61)
    expect((await submit(report)).status).toBe(201)
  })
})
