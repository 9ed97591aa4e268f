import { describe, expect, test, vi } from 'vitest'
import { type AuthClientOptions, createAuthClient, match, memoryTokens } from '../../src/client/index.ts'
import { type paths, startOwnApi } from './own-api.ts'

type Options = AuthClientOptions<keyof paths & string>
type Session = NonNullable<Options['session']>

const readTokens = { accessToken: 'access_token', refreshToken: 'refresh_token' }

/** An OAuth 2 session whose tokens are refreshed with a form. */
const oauthSession: Session = {
  signIn: ['/token'],
  signOut: ['/logout'],
  readTokens,
  refresh: {
    path: '/token',
    form: ({ refreshToken }) => ({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: 'web',
    }),
  },
}

type OwnApi = Awaited<ReturnType<typeof startOwnApi>>

/** Creates a client that has signed in with the tokens `access-1` and `refresh-1`. */
async function signIn({ baseUrl }: OwnApi, options: Partial<Options> = {}) {
  const client = createAuthClient<paths>({ baseUrl, session: oauthSession, ...options } as Options)
  await client.POST('/token', { body: { username: 'ada', password: 'secret' } })
  return client
}

describe('a session', () => {
  test('refreshes tokens once for concurrent calls with a form, and repeats each call with its body', async () => {
    const api = await startOwnApi()
    const client = await signIn(api)
    api.expire()
    const results = await Promise.all([
      client.GET('/me'),
      client.POST('/notes', { body: { text: 'one' } }),
      client.POST('/notes', { body: { text: 'two' } }),
    ])
    expect(results.map(({ data }) => data)).toEqual([{ token: 'access-2' }, { text: 'one' }, { text: 'two' }])
    const [, refresh, ...others] = api.requestsTo('/token')
    expect(others).toEqual([])
    expect(refresh).toMatchObject({
      type: 'application/x-www-form-urlencoded',
      body: 'grant_type=refresh_token&refresh_token=refresh-1&client_id=web',
    })
    expect(refresh?.headers.get('authorization')).toBeNull()
  })

  test('refreshes tokens with JSON and a query', async () => {
    const api = await startOwnApi()
    const client = await signIn(api, {
      apiKey: { header: 'apikey', value: 'public' },
      session: {
        signIn: ['/token'],
        readTokens,
        refresh: {
          path: '/token',
          query: { grant_type: 'refresh_token' },
          json: ({ refreshToken }) => ({ refresh_token: refreshToken }),
        },
      },
    })
    api.expire()
    expect((await client.GET('/me')).data).toEqual({ token: 'access-2' })
    expect(api.requestsTo('/token')[1]).toMatchObject({
      query: { grant_type: 'refresh_token' },
      type: 'application/json',
      body: '{"refresh_token":"refresh-1"}',
    })
    expect(api.requests.map(({ headers }) => headers.get('apikey'))).toEqual(Array(4).fill('public'))
  })

  test('keeps a refresh token that the API does not replace', async () => {
    const api = await startOwnApi({ rotatesRefreshTokens: false })
    const client = await signIn(api)
    for (const token of ['access-2', 'access-3']) {
      api.expire()
      expect((await client.GET('/me')).data).toEqual({ token })
    }
    expect(await client.tokens.get()).toMatchObject({ accessToken: 'access-3', refreshToken: 'refresh-1' })
  })

  test('refreshes without a body when the refresh token is in a cookie', async () => {
    const requests: string[] = []
    const client = createAuthClient<paths>({
      baseUrl: 'http://api.test',
      credentials: 'include',
      tokens: memoryTokens({ accessToken: 'old' }),
      session: { readTokens, refresh: { path: '/token' } },
      async fetch(request) {
        requests.push(`${request.credentials} ${request.url} ${await request.clone().text()}`)
        if (request.url.endsWith('/token')) return Response.json({ access_token: 'new' })
        const isNew = request.headers.get('Authorization') === 'Bearer new'
        return Response.json({}, { status: isNew ? 200 : 401 })
      },
    })
    expect((await client.GET('/me')).response.status).toBe(200)
    expect(requests[1]).toBe('include http://api.test/token ')
  })

  test('ends when the API rejects the refresh token, and returns the 401', async () => {
    const api = await startOwnApi()
    const onSignedOut = vi.fn()
    const client = await signIn(api, { onSignedOut })
    api.end()
    expect((await client.GET('/me')).error).toEqual({ error: 'expired' })
    expect(onSignedOut).toHaveBeenCalledOnce()
    expect(await client.tokens.get()).toBeUndefined()
  })

  test('ends after a sign-out, also if the list of bearer paths does not name it', async () => {
    const api = await startOwnApi()
    const client = await signIn(api, { session: { ...oauthSession, bearer: ['/me'] } })
    expect((await client.POST('/logout')).response.status).toBe(204)
    expect(await client.tokens.get()).toBeUndefined()
  })

  test('sends the token to all paths except sign-in, or only to those of the list', async () => {
    const api = await startOwnApi()
    const everywhere = await signIn(api)
    await everywhere.GET('/health')
    const listed = await signIn(api, { session: { ...oauthSession, bearer: ['/me'] } })
    await listed.GET('/health')
    await listed.GET('/me')
    const sent = (path: string) => api.requestsTo(path).map(({ headers }) => headers.get('authorization'))
    expect(sent('/token')).toEqual([null, null])
    expect(sent('/health')).toEqual(['Bearer access-1', null])
    expect(sent('/me')).toEqual(['Bearer access-2'])
  })

  test('reads tokens from nested fields, or with a function', async () => {
    const api = await startOwnApi({ wrap: (issued) => ({ data: { session: issued } }) })
    const nested = { accessToken: 'data.session.access_token', refreshToken: 'data.session.refresh_token' }
    const read = ({ data }: { data: { session: { access_token: string } } }) => ({
      accessToken: data.session.access_token,
    })
    const byField = await signIn(api, { session: { ...oauthSession, readTokens: nested } })
    expect(await byField.tokens.get()).toMatchObject({ accessToken: 'access-1', refreshToken: 'refresh-1' })
    const byFunction = await signIn(api, { session: { ...oauthSession, readTokens: read } })
    expect(await byFunction.tokens.get()).toMatchObject({ accessToken: 'access-2' })
  })

  test('starts no session from a response without tokens', async () => {
    const api = await startOwnApi({ wrap: () => ({ mfa: 'required', session: null }) })
    const client = await signIn(api, {
      session: { ...oauthSession, readTokens: { accessToken: 'session.token' } },
    })
    expect(await client.tokens.get()).toBeUndefined()
  })

  test('leaves a 401 alone that is not about the token', async () => {
    const api = await startOwnApi()
    const isExpired = (error: { error: string }) => error.error === 'token_expired'
    const client = await signIn(api, { session: { ...oauthSession, isExpired } })
    api.expire()
    expect((await client.GET('/me')).error).toEqual({ error: 'expired' })
    expect(api.requestsTo('/token')).toHaveLength(1)
  })

  test('renews a session without a refresh request by onExpired', async () => {
    const api = await startOwnApi()
    const client = createAuthClient<paths>({
      baseUrl: api.baseUrl,
      session: {},
      async onExpired() {
        const response = await fetch(`${api.baseUrl}/token`, { method: 'POST', body: '{}' })
        const { access_token } = await response.json()
        return { accessToken: access_token }
      },
    })
    await client.tokens.set({ accessToken: 'from-elsewhere' })
    expect((await client.GET('/me')).data).toEqual({ token: 'access-1' })
  })
})

describe('an API key', () => {
  test('is sent with every call in its header', async () => {
    const api = await startOwnApi()
    const apiKey = { header: 'Authorization', value: 'Bearer sk_1' }
    const client = createAuthClient<paths>({ baseUrl: api.baseUrl, apiKey })
    await client.GET('/health')
    await client.GET('/me')
    expect(api.requests.map(({ headers }) => headers.get('authorization'))).toEqual(
      Array(2).fill('Bearer sk_1'),
    )
  })

  test('is sent in the query next to other parameters, also when a call is repeated', async () => {
    const api = await startOwnApi()
    const client = await signIn(api, { apiKey: { query: 'api_key', value: 'a&b' } })
    api.expire()
    await client.GET('/me')
    await client.POST('/token', { params: { query: { grant_type: 'password' } }, body: {} })
    expect(api.requests.map(({ query }) => query.api_key)).toEqual(Array(5).fill('a&b'))
    expect(api.requests.at(-1)?.query).toEqual({ grant_type: 'password', api_key: 'a&b' })
  })

  test('is sent together with all other keys of the client', async () => {
    const api = await startOwnApi()
    const apiKey = [
      { query: 'app_id', value: 'a' },
      { query: 'app_key', value: 'b' },
      { header: 'X-Key', value: 'c' },
    ] as const
    await createAuthClient<paths>({ baseUrl: api.baseUrl, apiKey }).GET('/health')
    expect(api.requests[0]?.query).toEqual({ app_id: 'a', app_key: 'b' })
    expect(api.requests[0]?.headers.get('x-key')).toBe('c')
  })

  test.each([{ header: 'X-API-Key' }, { query: 'api_key' }])(
    'is not sent to another origin or over a redirect: %o',
    async (name) => {
      const api = await startOwnApi()
      const apiKey = { ...name, value: 'secret' } as NonNullable<Options['apiKey']>
      const foreign = createAuthClient<paths>({ baseUrl: 'http://api.test', apiKey })
      await foreign.GET('/health', { baseUrl: api.baseUrl })
      expect(JSON.stringify([api.requests[0]?.query, ...(api.requests[0]?.headers ?? [])])).not.toContain(
        'secret',
      )

      const redirecting = createAuthClient<paths>({
        baseUrl: 'http://api.test',
        apiKey,
        fetch: () => Response.redirect(`${api.baseUrl}/health`, 307),
      })
      await expect(redirecting.GET('/me')).rejects.toThrow('does not follow redirects')
      expect(api.requests).toHaveLength(1)
    },
  )
})

test('repeats the CSRF cookie in a header of calls that change something', async () => {
  vi.stubGlobal('document', { cookie: 'theme=dark; csrf=a%3Db==; other=1' })
  const api = await startOwnApi()
  const client = createAuthClient<paths>({
    baseUrl: api.baseUrl,
    credentials: 'include',
    csrf: { cookie: 'csrf', header: 'X-CSRF-Token' },
  })
  await client.GET('/me')
  await client.POST('/notes', { body: { text: '' } })
  const sent = api.requests.map(({ headers }) => headers.get('x-csrf-token'))
  expect(sent).toEqual([null, 'a%3Db=='])
})

test('matches the responses of ranges and defaults', async () => {
  const api = await startOwnApi()
  const client = createAuthClient<paths>({ baseUrl: api.baseUrl })
  const me = match(await client.GET('/me'), {
    200: ({ token }) => token,
    '4XX': ({ error }, { status }) => `${status} ${error}`,
  })
  expect(me).toBe('401 expired')
  const body = { grant_type: 'refresh_token', refresh_token: 'unknown' }
  const issued = match(await client.POST('/token', { body }), {
    200: ({ access_token }) => access_token,
    default: ({ error }) => error,
  })
  expect(issued).toBe('invalid_grant')
})

const baseUrl = 'http://api.test'

test.each<[string, object]>([
  ['baseUrl must be the URL of the API, without a query.', {}],
  ['baseUrl must be the URL of the API, without a query.', { baseUrl: 'http://api.test?x=1' }],
  ['apiKey needs either header or query: the name of the key.', { baseUrl, apiKey: { value: 'k' } }],
  [
    'apiKey.value is empty. Is the environment variable set?',
    { baseUrl, apiKey: { header: 'X-Key', value: undefined } },
  ],
  ['onExpired needs session, which describes how the API uses tokens.', { baseUrl, onExpired: () => {} }],
  [
    'apiKey.header is Authorization, where the access token of session is sent. Leave out one of them.',
    { baseUrl, apiKey: { header: 'authorization', value: 'k' }, session: {} },
  ],
  [
    'session.readTokens is missing. It names the fields of the tokens in responses, such as { accessToken: "token" }.',
    { baseUrl, session: { signIn: ['/login'] } },
  ],
  [
    'session.refresh has json and form. Leave out one of them.',
    { baseUrl, session: { readTokens, refresh: { path: '/token', json: () => ({}), form: () => ({}) } } },
  ],
  [
    'onExpired is never called, because session.refresh is set. Leave out one of them.',
    { baseUrl, session: { readTokens, refresh: { path: '/token' } }, onExpired: () => {} },
  ],
  [
    'session.signOut contains "logout". Paths start with a slash, as in the contract.',
    { baseUrl, session: { signOut: ['logout'] } },
  ],
  [
    'session.refresh.path contains "undefined". Paths start with a slash, as in the contract.',
    { baseUrl, session: { readTokens, refresh: {} } },
  ],
  [
    'redirects contains "authorize". Paths start with a slash, as in the contract.',
    { baseUrl, redirects: ['authorize'] },
  ],
])('rejects wrong options when the client is created: %s', (message, options) => {
  expect(() => createAuthClient<paths>(options as Options)).toThrow(
    new TypeError(`createAuthClient: ${message}`),
  )
})
