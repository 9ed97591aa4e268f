import { describe, expect, test } from 'vitest'
import { createBkendClient, createOpenfactoryClient, memoryTokens } from '../../src/client/index.ts'

/** Creates a signed-in client that records its requests. */
const recordingClient = (baseUrl = 'http://api.test/base') => {
  const requests: Request[] = []
  const bkend = createBkendClient({
    baseUrl,
    apiKey: 'pk_test',
    headers: { 'X-Request-ID': 'r1' },
    tokens: memoryTokens({ accessToken: 'access', refreshToken: 'refresh' }),
    fetch: async (request) => {
      requests.push(request)
      return Response.json({})
    },
  })
  const last = () => {
    const { url, headers } = requests.at(-1) ?? {}
    return { url, apiKey: headers?.get('X-API-Key'), authorization: headers?.get('Authorization') }
  }
  return { bkend, requests, last }
}

describe('credentials', () => {
  test('sends the API key with every call, and the token if the operation requires it', async () => {
    const { bkend, last } = recordingClient()
    await bkend.GET('/v1/auth/me')
    expect(last()).toEqual({
      url: 'http://api.test/base/v1/auth/me',
      apiKey: 'pk_test',
      authorization: 'Bearer access',
    })
    await bkend.GET('/v1/users/{userId}', { params: { path: { userId: 'a b?c#d' } } })
    expect(last()).toMatchObject({ authorization: 'Bearer access' })
    await bkend.POST('/v1/auth/email/signin', { body: { method: 'password', email: 'a@b.c', password: 'p' } })
    expect(last()).toMatchObject({ apiKey: 'pk_test', authorization: null })
  })

  test.each([
    'http://evil.test',
    'http://api.test/basement',
    'http://api.test',
    'http://api.test.evil.test/base',
  ])('sends no credentials to %s', async (foreignUrl) => {
    const { bkend, last } = recordingClient()
    await bkend.GET('/v1/auth/me', { baseUrl: foreignUrl })
    expect(last()).toEqual({ url: `${foreignUrl}/v1/auth/me`, apiKey: null, authorization: null })
  })

  test('sends credentials if the base URL ends in a slash', async () => {
    const { bkend, last } = recordingClient('http://api.test/base/')
    await bkend.GET('/v1/auth/me')
    expect(last()).toMatchObject({ url: 'http://api.test/base/v1/auth/me', authorization: 'Bearer access' })
  })

  test('sends the headers of the client with each call', async () => {
    const { bkend, requests } = recordingClient()
    await bkend.GET('/v1/auth/me')
    expect(requests[0]?.headers.get('X-Request-ID')).toBe('r1')
  })

  test('sends credentials with any query', async () => {
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
