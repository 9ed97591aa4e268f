import { type Context, Hono } from 'hono'
import { type BkendOptions, createBkendClient } from '../../src/client/bkend.ts'

type Override = (request: Request) => Response | undefined | Promise<Response | undefined>

export const credentials = { method: 'password', email: 'user@example.com', password: 'password123' } as const

/** Creates an error response of bkend. */
export const errorResponse = (status: number, code: string, headers: Record<string, string> = {}) =>
  Response.json({ success: false, error: { code, message: code } }, { status, headers })

/** Creates a promise that resolves when the test opens the gate. */
export const gate = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

/**
 * Creates a minimal bkend API with one session. It rotates both tokens on refresh, and records all requests.
 * A test can expire the access token, and override a path with another response, a delay or a network error.
 */
export const createSessionApi = () => {
  const requests: { path: string; headers: Headers; body: string }[] = []
  const overrides: Record<string, Override> = {}
  const live = { access: '', refresh: '' }
  let issued = 0

  const issue = () => {
    issued++
    live.access = `access-${issued}`
    live.refresh = `refresh-${issued}`
    return { accessToken: live.access, refreshToken: live.refresh, tokenType: 'Bearer', expiresIn: 3600 }
  }
  const withToken = (handler: (c: Context) => Response | Promise<Response>) => (c: Context) =>
    c.req.header('Authorization') === `Bearer ${live.access}`
      ? handler(c)
      : errorResponse(401, 'auth/token-expired')

  const app = new Hono()
  app.post('/v1/auth/email/signin', (c) => c.json(issue()))
  app.post('/v1/auth/email/signup', (c) => c.json(issue(), 201))
  app.post('/v1/auth/google/callback', (c) => c.json({ ...issue(), is_new_user: true }))
  app.post('/v1/auth/refresh', async (c) => {
    const { refreshToken } = await c.req.json()
    return refreshToken === live.refresh ? c.json(issue()) : errorResponse(401, 'auth/invalid-refresh-token')
  })
  app.get(
    '/v1/auth/me',
    withToken((c) => c.json({ id: 'u1' })),
  )
  app.post(
    '/v1/auth/signout',
    withToken((c) => {
      live.access = live.refresh = ''
      return c.json({ message: 'Signed out' })
    }),
  )
  app.post(
    '/v1/auth/password/change',
    withToken(async (c) => {
      const { currentPassword } = await c.req.json()
      if (currentPassword !== credentials.password) return errorResponse(401, 'auth/invalid-password')
      return c.json({ message: 'Password changed' })
    }),
  )
  app.patch(
    '/v1/users/:id',
    withToken(async (c) => c.json({ id: c.req.param('id'), body: await c.req.text() })),
  )

  return {
    async fetch(request: Request) {
      const path = new URL(request.url).pathname
      requests.push({ path, headers: request.headers, body: await request.clone().text() })
      return (await overrides[path]?.(request)) ?? app.request(request)
    },
    requests,
    overrides,
    issue,
    countRequests: (path: string) => requests.filter((request) => request.path === path).length,
    expire() {
      live.access = 'none'
    },
  }
}

/** Creates an API and a client that has signed in with the tokens `access-1` and `refresh-1`. */
export const createSignedIn = async (options: Partial<BkendOptions> = {}) => {
  const api = createSessionApi()
  const bkend = createBkendClient({
    baseUrl: 'http://api.test',
    apiKey: 'pk_test',
    fetch: api.fetch,
    ...options,
  })
  await bkend.POST('/v1/auth/email/signin', { body: credentials })
  return { api, bkend }
}
