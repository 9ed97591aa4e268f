import { describe, expect, it } from 'vitest'
import { createMock } from '../../../src/hub/create-mock.ts'
import { openSandbox } from '../../support/sandbox.ts'

type Fetch = (request: Request) => Response | Promise<Response>

const origin = 'http://localhost:4000'
const publishableKey = `pk_${'0123456789abcdef'.repeat(4)}`
const mina = { email: 'user@example.com', password: 'password123' }
const minasId = '3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10'
const ada = { email: 'ada@example.com', password: 'Corr3ct-Horse!', name: 'Ada Park' }

/** Sends requests as the vendor's documented helper does: with a JSON content type, even without a body. */
function createHelper(send: Fetch) {
  let accessToken: string | undefined
  const bkendFetch = async (
    path: string,
    { method = 'GET', body }: { method?: string; body?: object } = {},
  ) => {
    const response = await send(
      new Request(`${origin}/v1${path}`, {
        method,
        headers: {
          'Content-Type': 'application/json',
          'X-API-Key': publishableKey,
          ...(accessToken !== undefined && { Authorization: `Bearer ${accessToken}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
    const json = await response.json()
    // The clients of the cookbooks unwrap `{ success, data }`, and fall back to a bare body.
    return { status: response.status, data: json.success === true && json.data ? json.data : json }
  }
  const post = (path: string, body?: object) => bkendFetch(path, { method: 'POST', ...(body && { body }) })
  const patch = (path: string, body: object) => bkendFetch(path, { method: 'PATCH', body })
  return {
    get: (path: string) => bkendFetch(path),
    post,
    patch,
    keep: (tokens: { accessToken: string }) => {
      accessToken = tokens.accessToken
    },
  }
}

const servers: { name: string; open: () => Promise<Fetch> }[] = [
  {
    name: 'the sandbox',
    open: async () => {
      const sandbox = await openSandbox('bkend', { publicUrl: origin })
      return (request) => sandbox.fetch(request, { ip: '192.0.2.1' })
    },
  },
  { name: 'the mock', open: async () => (await createMock('bkend', { log: () => {} })).fetch },
]

const tokens = {
  accessToken: expect.any(String),
  refreshToken: expect.any(String),
  tokenType: 'Bearer',
  expiresIn: 3600,
}

describe.each(servers)('the vendor’s documented clients with $name', ({ open }) => {
  it('serves the sample of the page, which reads both tokens at the top level', async () => {
    const send = await open()
    const response = await send(
      new Request(`${origin}/v1/auth/email/signin`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-API-Key': publishableKey },
        body: JSON.stringify({ ...mina, method: 'password' }),
      }),
    )
    const { accessToken, refreshToken } = await response.json()
    expect([accessToken, refreshToken]).toEqual([expect.any(String), expect.any(String)])
  })

  it('serves sign-up, profile, refresh and sign-out of the documented helper', async () => {
    const client = createHelper(await open())
    const signedUp = await client.post('/auth/email/signup', { method: 'password', ...ada })
    expect([signedUp.status, signedUp.data]).toEqual([201, tokens])
    const signedIn = await client.post('/auth/email/signin', { method: 'password', ...mina })
    expect([signedIn.status, signedIn.data]).toEqual([200, tokens])
    client.keep(signedIn.data)
    // Token responses have no user, so the clients decode `sub`.
    const { sub } = JSON.parse(Buffer.from(signedIn.data.accessToken.split('.')[1], 'base64url').toString())
    const me = await client.get('/auth/me')
    expect([me.status, me.data]).toMatchObject([200, { id: sub, email: mina.email, name: 'Mina Park' }])
    const refreshed = await client.post('/auth/refresh', { refreshToken: signedIn.data.refreshToken })
    expect([refreshed.status, refreshed.data]).toEqual([200, tokens])
    client.keep(refreshed.data)
    expect((await client.post('/auth/signout')).status).toBe(200)
  })

  it('signs in and up without a method, as the mobile client does', async () => {
    const client = createHelper(await open())
    expect(await client.post('/auth/email/signin', mina)).toEqual({ status: 200, data: tokens })
    expect(await client.post('/auth/email/signup', ada)).toEqual({ status: 201, data: tokens })
  })

  it('updates the profile at the documented path', async () => {
    const client = createHelper(await open())
    client.keep((await client.post('/auth/email/signin', { method: 'password', ...mina })).data)
    const change = { name: 'Mina Park-Lee' }
    const changed = await client.patch(`/users/${minasId}/profile`, change)
    expect([changed.status, changed.data]).toMatchObject([200, { id: minasId, ...change }])
    const invalid = await client.patch(`/users/${minasId}/profile`, { name: '' })
    expect([invalid.status, invalid.data.error.code]).toEqual([400, 'user/invalid-name'])
  })

  it.each([
    ['with the content type', { filename: 'mina.png', contentType: 'image/png' }],
    ['without a content type', { filename: 'mina.png' }],
    ['without a content type, with an extension in capitals', { filename: 'IMG_0001.JPEG' }],
  ])('creates an upload URL %s', async (_, body) => {
    const client = createHelper(await open())
    client.keep((await client.post('/auth/email/signin', { method: 'password', ...mina })).data)
    const upload = await client.post(`/users/${minasId}/avatar/upload-url`, body)
    expect([upload.status, upload.data]).toMatchObject([
      200,
      { url: expect.stringMatching(/^https?:/), key: expect.any(String) },
    ])
  })

  it('lets clients read the message of an error at the top level, or below `error`', async () => {
    const client = createHelper(await open())
    const { status, data } = await client.post('/auth/email/signin', {
      ...{ method: 'password', ...mina },
      password: 'password124',
    })
    expect(status).toBe(401)
    expect(data).toEqual({
      success: false,
      message: 'Invalid email or password',
      error: { code: 'auth/invalid-credentials', message: 'Invalid email or password' },
    })
  })

  it('exchanges the code of an app that built the authorization URL itself', async () => {
    const client = createHelper(await open())
    const body = {
      code: '4/0AX-leo',
      redirectUri: 'https://app.example.com/auth/callback',
      state: 'made-by-the-app',
    }
    expect(await client.post('/auth/google/callback', body)).toEqual({
      status: 200,
      data: { ...tokens, is_new_user: false },
    })
  })
})

it('signs in with Google through an app that builds the URL with its own client id', async () => {
  const sandbox = await openSandbox('bkend', { publicUrl: origin })
  const send: Fetch = (request) => sandbox.fetch(request, { ip: '192.0.2.1' })
  const redirectUri = 'https://app.example.com/auth/callback'
  const query = new URLSearchParams({
    client_id: '1234-my-app.apps.googleusercontent.com',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid email profile',
    state: 'made-by-the-app',
  })
  await send(new Request(`${origin}/__oauth/google/authorize?${query}`))
  const { redirectTo } = await sandbox.control<{ redirectTo: string }>('oauth', {
    ...{ consent: 'made-by-the-app', decision: 'approve', account: 'dana@example.com' },
  })
  const { code, state } = Object.fromEntries(new URL(redirectTo).searchParams)
  expect(state).toBe('made-by-the-app')
  const body = { code, redirectUri, state }
  expect(await createHelper(send).post('/auth/google/callback', body)).toEqual({
    status: 200,
    data: { ...tokens, is_new_user: true },
  })
})

it('takes the content type of an upload from the extension, whose file then becomes the avatar', async () => {
  const sandbox = await openSandbox('bkend', { publicUrl: origin })
  const send: Fetch = (request) => sandbox.fetch(request, { ip: '192.0.2.1' })
  const client = createHelper(send)
  client.keep((await client.post('/auth/email/signin', mina)).data)
  const { data } = await client.post(`/users/${minasId}/avatar/upload-url`, { filename: 'Portrait.GIF' })
  const file = new Request(data.url, {
    method: 'PUT',
    headers: { 'Content-Type': 'image/gif' },
    body: Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
  })
  expect((await send(file)).status).toBeLessThan(300)
  const avatar = await client.patch(`/users/${minasId}/avatar`, { s3Key: data.key })
  expect([avatar.status, avatar.data.image]).toEqual([200, expect.stringContaining(data.key)])
})

it.each([
  ['mina.svg', undefined],
  ['mina', undefined],
  ['png', undefined],
  ['mina.png.exe', undefined],
  ['mina.png', 'image/svg+xml'],
])('rejects an upload of %s with the content type %s', async (filename, contentType) => {
  const sandbox = await openSandbox('bkend', { publicUrl: origin })
  const client = createHelper((request) => sandbox.fetch(request, { ip: '192.0.2.1' }))
  client.keep((await client.post('/auth/email/signin', mina)).data)
  const { status, data } = await client.post(`/users/${minasId}/avatar/upload-url`, { filename, contentType })
  expect([status, data.error.code]).toEqual([400, 'file/invalid-format'])
})

it.each(['/auth/email/signin', '/auth/email/signup'])('rejects other methods at %s', async (path) => {
  const sandbox = await openSandbox('bkend', { publicUrl: origin })
  const client = createHelper((request) => sandbox.fetch(request, { ip: '192.0.2.1' }))
  for (const method of ['magiclink', '', null]) {
    const { status, data } = await client.post(path, { ...ada, method })
    expect([status, data.error.code]).toEqual([400, 'common/invalid-parameters'])
  }
})
