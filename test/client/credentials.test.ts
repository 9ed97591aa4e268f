import { describe, expect, test } from 'vitest'
import { createBkendClient, createOpenfactoryClient, memoryTokens } from '../../src/client/index.ts'

/** A signed-in client whose requests are only looked at. */
const recording = (baseUrl = 'http://api.test/base') => {
  const sent: Request[] = []
  const bkend = createBkendClient({
    baseUrl,
    apiKey: 'pk_test',
    headers: { 'X-Request-ID': 'r1' },
    tokens: memoryTokens({ accessToken: 'access', refreshToken: 'refresh' }),
    fetch: async (request) => {
      sent.push(request)
      return Response.json({})
    },
  })
  const last = () => {
    const { url, headers } = sent.at(-1) ?? {}
    return { url, apiKey: headers?.get('X-API-Key'), authorization: headers?.get('Authorization') }
  }
  return { bkend, sent, last }
}

describe('credentials are sent', () => {
  test('where the contract asks for them: the key always, the token to operations of the signed-in', async () => {
    const { bkend, last } = recording()
    await bkend.GET('/v1/auth/me')
    expect(last()).toEqual({
      url: 'http://api.test/base/v1/auth/me',
      apiKey: 'pk_test',
      authorization: 'Bearer access',
    })
    await bkend.GET('/v1/users/{userId}', { params: { path: { userId: 'a/b?c' } } })
    expect(last()).toMatchObject({ authorization: 'Bearer access' })
    await bkend.POST('/v1/auth/email/signin', { body: { method: 'password', email: 'a@b.c', password: 'p' } })
    expect(last()).toMatchObject({ apiKey: 'pk_test', authorization: null })
  })

  test.each([
    'http://evil.test',
    'http://api.test/basement',
    'http://api.test',
    'http://api.test.evil.test/base',
  ])('never to %s', async (elsewhere) => {
    const { bkend, last } = recording()
    await bkend.GET('/v1/auth/me', { baseUrl: elsewhere })
    expect(last()).toEqual({ url: `${elsewhere}/v1/auth/me`, apiKey: null, authorization: null })
  })

  test('whether or not the base URL ends in a slash', async () => {
    const { bkend, last } = recording('http://api.test/base/')
    await bkend.GET('/v1/auth/me')
    expect(last()).toMatchObject({ url: 'http://api.test/base/v1/auth/me', authorization: 'Bearer access' })
  })

  test('along with the client’s own headers', async () => {
    const { bkend, sent } = recording()
    await bkend.GET('/v1/auth/me')
    expect(sent[0]?.headers.get('X-Request-ID')).toBe('r1')
  })

  test('whatever the query', async () => {
    const authorizations: (string | null)[] = []
    const openfactory = createOpenfactoryClient({
      baseUrl: 'http://api.test',
      apiKey: 'of-key-1',
      fetch: async ({ headers }) => {
        authorizations.push(headers.get('Authorization'))
        return Response.json({})
      },
    })
    await openfactory.GET('/api/projects/{projectId}/planner/work-orders', {
      params: { path: { projectId: 'p1' }, query: { limit: 10 } },
    })
    expect(authorizations).toEqual(['Bearer of-key-1'])
  })
})
