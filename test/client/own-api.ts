import { Hono } from 'hono'
import { onTestFinished } from 'vitest'
import { listen } from '../../src/server/listen.ts'

interface Json<Body> {
  headers: Record<string, unknown>
  content: { 'application/json': Body }
}

interface NoParameters {
  query?: never
  header?: never
  path?: never
  cookie?: never
}

interface Issued {
  access_token: string
  refresh_token?: string
}

/** The types of a small API with an OAuth 2 token endpoint, in the form of openapi-typescript. */
export interface paths {
  '/token': {
    post: {
      parameters: Omit<NoParameters, 'query'> & { query?: { grant_type?: string } }
      requestBody: { content: { 'application/json': Record<string, string> } }
      responses: { 200: Json<Issued>; default: Json<{ error: string }> }
    }
  }
  '/me': {
    get: {
      parameters: NoParameters
      requestBody?: never
      responses: { 200: Json<{ token: string }>; '4XX': Json<{ error: string }> }
    }
  }
  '/notes': {
    post: {
      parameters: NoParameters
      requestBody: { content: { 'application/json': { text: string } } }
      responses: { 200: Json<{ text: string }>; '4XX': Json<{ error: string }> }
    }
  }
  '/logout': {
    post: { parameters: NoParameters; requestBody?: never; responses: { 204: { content?: never } } }
  }
  '/health': { get: { parameters: NoParameters; requestBody?: never; responses: { 200: Json<object> } } }
}

interface Recorded {
  path: string
  query: Record<string, string>
  headers: Headers
  type: string | undefined
  body: string
}

/**
 * Starts the API on a free port until the test ends. It rotates access tokens, records all requests, and can
 * expire the access token or end the session.
 * @param options.rotatesRefreshTokens whether a refresh returns a new refresh token
 * @param options.wrap changes the form of the tokens in responses
 */
export async function startOwnApi({
  rotatesRefreshTokens = true,
  wrap = (issued: Issued): object => issued,
} = {}) {
  const requests: Recorded[] = []
  const live = { access: '', refresh: '' }
  let issued = 0

  const app = new Hono()
  app.use(async (c, next) => {
    const { pathname, searchParams } = new URL(c.req.url)
    const [type, body] = [c.req.header('Content-Type'), await c.req.raw.clone().text()]
    const query = Object.fromEntries(searchParams)
    requests.push({ path: pathname.replace('/v1', ''), query, headers: c.req.raw.headers, type, body })
    await next()
  })
  app.post('/v1/token', async (c) => {
    const isForm = c.req.header('Content-Type') === 'application/x-www-form-urlencoded'
    const fields = isForm ? Object.fromEntries(new URLSearchParams(await c.req.text())) : await c.req.json()
    const isRefresh = (c.req.query('grant_type') ?? fields.grant_type) === 'refresh_token'
    if (isRefresh && fields.refresh_token !== live.refresh) return c.json({ error: 'invalid_grant' }, 400)
    issued++
    live.access = `access-${issued}`
    const isNew = !isRefresh || rotatesRefreshTokens
    if (isNew) live.refresh = `refresh-${issued}`
    return c.json(wrap({ access_token: live.access, ...(isNew && { refresh_token: live.refresh }) }))
  })
  app.use(async (c, next) => {
    const isPublic = c.req.path === '/v1/health'
    if (!isPublic && c.req.header('Authorization') !== `Bearer ${live.access}`)
      return c.json({ error: 'expired' }, 401)
    await next()
  })
  app.get('/v1/me', (c) => c.json({ token: live.access }))
  app.post('/v1/notes', async (c) => c.json(await c.req.json()))
  app.post('/v1/logout', (c) => c.body(null, 204))
  app.get('/v1/health', (c) => c.json({}))

  const { url, close } = await listen((request) => app.fetch(request), { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await close()
  })
  return {
    baseUrl: `${url}/v1`,
    requests,
    requestsTo: (path: string) => requests.filter((request) => request.path === path),
    expire() {
      live.access = 'none'
    },
    end() {
      live.access = live.refresh = 'none'
    },
  }
}
