import { type Context, Hono } from 'hono'
import { type BkendOptions, createBkendClient } from '../../src/client/bkend.ts'

type Override = (request: Request) => Response | undefined | Promise<Response | undefined>

export const credentials = { method: 'password', email: 'user@example.com', password: 'password123' } as const

/** A refusal in bkend's shape. */
export const refusal = (status: number, code: string, headers: Record<string, string> = {}) =>
  Response.json({ success: false, error: { code, message: code } }, { status, headers })

/** Holds something back until the test opens it. */
export const gate = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

/**
 * A bkend API reduced to one session: it rotates both tokens on refresh, and records what it was asked. A test can let
 * the access token expire, and put an answer, a pause or a network error of its own before the ordinary one of a path.
 */
export const createSessionApi = () => {
  const asked: { path: string; headers: Headers; body: string }[] = []
  const overrides: Record<string, Override> = {}
  const live = { access: '', refresh: '' }
  let issued = 0

  const issue = () => {
    issued++
    live.access = `access-${issued}`
    live.refresh = `refresh-${issued}`
    return { accessToken: live.access, refreshToken: live.refresh, tokenType: 'Bearer', expiresIn: 3600 }
  }
  const guarded = (answer: (c: Context) => Response | Promise<Response>) => (c: Context) =>
    c.req.header('Authorization') === `Bearer ${live.access}` ? answer(c) : refusal(401, 'auth/token-expired')

  const app = new Hono()
  app.post('/v1/auth/email/signin', (c) => c.json(issue()))
  app.post('/v1/auth/email/signup', (c) => c.json(issue(), 201))
  app.post('/v1/auth/google/callback', (c) => c.json({ ...issue(), is_new_user: true }))
  app.post('/v1/auth/refresh', async (c) => {
    const { refreshToken } = await c.req.json()
    return refreshToken === live.refresh ? c.json(issue()) : refusal(401, 'auth/invalid-refresh-token')
  })
  app.get(
    '/v1/auth/me',
    guarded((c) => c.json({ id: 'u1' })),
  )
  app.post(
    '/v1/auth/signout',
    guarded((c) => {
      live.access = live.refresh = ''
      return c.json({ message: 'Signed out' })
    }),
  )
  app.post(
    '/v1/auth/password/change',
    guarded(async (c) => {
      const { currentPassword } = await c.req.json()
      if (currentPassword !== credentials.password) return refusal(401, 'auth/invalid-password')
      return c.json({ message: 'Password changed' })
    }),
  )
  app.patch(
    '/v1/users/:id',
    guarded(async (c) => c.json({ id: c.req.param('id'), body: await c.req.text() })),
  )

  return {
    async fetch(request: Request) {
      const path = new URL(request.url).pathname
      asked.push({ path, headers: request.headers, body: await request.clone().text() })
      return (await overrides[path]?.(request)) ?? app.request(request)
    },
    asked,
    overrides,
    issue,
    times: (path: string) => asked.filter((one) => one.path === path).length,
    expire() {
      live.access = 'none'
    },
  }
}

/** A client of a fresh API that has signed in: its tokens are `access-1` and `refresh-1`. */
export const signedIn = async (options: Partial<BkendOptions> = {}) => {
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
