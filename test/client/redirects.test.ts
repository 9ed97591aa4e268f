import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type AuthClient,
  createBedrudClient,
  createBkendClient,
  createBondmcpClient,
  createOpenfactoryClient,
  match,
  memoryTokens,
} from '../../src/client/index.ts'

/** The requests that arrive at redirect targets: on another origin, and on another path of the API's host. */
const arrived: string[] = []
/** The response of the API to each request. */
let redirect: { status: number; target: string; expired?: object | string } = { status: 307, target: '' }

const api = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '', 'http://api.test')
  if (!pathname.startsWith('/base/')) {
    arrived.push(`${request.method} ${pathname}`)
    return response.end('{}')
  }
  if (redirect.expired && request.headers.authorization) {
    return response
      .writeHead(401, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ error: redirect.expired }))
  }
  return response.writeHead(redirect.status, { Location: redirect.target }).end()
})
const elsewhere = createServer((request, response) => {
  arrived.push(`${request.method} ${request.url}`)
  response.end('{}')
})
let [apiUrl, otherOrigin] = ['', '']

beforeAll(async () => {
  for (const server of [api, elsewhere])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  otherOrigin = `http://localhost:${(elsewhere.address() as AddressInfo).port}`
})
afterAll(async () => {
  for (const server of [api, elsewhere]) await new Promise((resolve) => server.close(resolve))
})
beforeEach(() => {
  arrived.length = 0
  redirect = { status: 307, target: `${otherOrigin}/stolen?secret=1` }
})

const session = () => memoryTokens({ accessToken: 'access', refreshToken: 'refresh', session: 's' })
const signIn = { email: 'user@example.com', password: 'password123' }
const connection = () => ({ baseUrl: `${apiUrl}/base`, tokens: session() })
const bkendClient = () => createBkendClient({ ...connection(), apiKey: 'sk_secret' })

const clients: Record<
  string,
  { create: () => AuthClient<object>; read: string; signIn: string; expired: object | string }
> = {
  bedrud: {
    create: () => createBedrudClient(connection()) as AuthClient<object>,
    read: '/api/auth/me',
    signIn: '/api/auth/login',
    expired: 'Invalid token',
  },
  bkend: {
    create: () => bkendClient() as AuthClient<object>,
    read: '/v1/auth/me',
    signIn: '/v1/auth/email/signin',
    expired: { code: 'auth/token-expired' },
  },
  bondmcp: {
    create: () => createBondmcpClient({ ...connection(), onExpired: () => signIn }) as AuthClient<object>,
    read: '/mcp/health-ai/models',
    signIn: '/mcp/auth/login',
    expired: { code: 'authentication_error' },
  },
  openfactory: {
    create: () => createOpenfactoryClient({ ...connection(), onExpired: () => signIn }) as AuthClient<object>,
    read: '/api/auth/session',
    signIn: '/api/auth/signin',
    expired: { code: 'UNAUTHORIZED' },
  },
}

describe.each(Object.entries(clients))(
  'the %s client',
  (_name, { create, read, signIn: signInPath, expired }) => {
    const call = (client: AuthClient<object>, method: 'get' | 'post', path: string, body?: object) =>
      client.request(method, path as never, { body } as never) as Promise<unknown>

    test.each([301, 302, 303, 307, 308])(
      'rejects a call that gets a %i, and sends nothing to the target',
      async (status) => {
        for (const target of [`${otherOrigin}/stolen`, '/other', `${apiUrl}/base${read}`]) {
          redirect = { ...redirect, status, target }
          await expect(call(create(), 'get', read)).rejects.toThrow('The client does not follow redirects')
          await expect(call(create(), 'post', signInPath, signIn)).rejects.toThrow(
            'The client does not follow redirects',
          )
        }
        expect(arrived).toEqual([])
      },
    )

    test('sends no renewal to the target of a redirect, and keeps the session', async () => {
      redirect.expired = expired
      const client = create()
      await expect(call(client, 'get', read)).rejects.toThrow('was redirected')
      expect(arrived).toEqual([])
      expect(await client.tokens.get()).toMatchObject({ accessToken: 'access' })
    })
  },
)

test('sends no sign-out to the target of a redirect, and keeps the session', async () => {
  const bkend = bkendClient()
  await expect(bkend.POST('/v1/auth/signout')).rejects.toThrow('was redirected')
  const bedrud = createBedrudClient(connection())
  await expect(bedrud.POST('/api/auth/logout')).rejects.toThrow('was redirected')
  expect(arrived).toEqual([])
  expect([await bkend.tokens.get(), await bedrud.tokens.get()]).toMatchObject(Array(2).fill({ session: 's' }))
})

test('follows no redirect for options or middleware that ask for it', async () => {
  const follow = { redirect: 'follow' } as const
  const bkend = createBkendClient({ ...connection(), apiKey: 'sk_secret', ...follow })
  await expect(bkend.GET('/v1/auth/me', follow)).rejects.toThrow('was redirected')

  const extended = createBkendClient({ ...connection(), apiKey: 'sk_secret', requestInitExt: follow })
  await expect(extended.GET('/v1/auth/me')).rejects.toThrow('was redirected')

  bkend.use({ onRequest: ({ request }) => new Request(request, follow) })
  await expect(bkend.GET('/v1/auth/me')).rejects.toThrow('was redirected')
  const body = { method: 'password', ...signIn } as const
  await expect(bkend.POST('/v1/auth/email/signin', { body })).rejects.toThrow('was redirected')
  expect(arrived).toEqual([])
})

test('names the call and the target of a redirect without their queries', async () => {
  const openfactory = createOpenfactoryClient({ baseUrl: `${apiUrl}/base`, apiKey: 'of-key-1' })
  const path = { projectId: 'p1' }
  await expect(
    openfactory.GET('/api/projects/{projectId}/planner/work-orders', {
      params: { path, query: { limit: 9 } },
    }),
  ).rejects.toThrow(
    `GET ${apiUrl}/base/api/projects/p1/planner/work-orders was redirected to ${otherOrigin}/stolen. The client does not follow redirects, because the target would receive its credentials. Check baseUrl.`,
  )
})

test('rejects a redirect from a URL outside the API', async () => {
  const fetch = () => new Response(null, { status: 302, headers: { Location: 'myapp://callback?code=1' } })
  const bondmcp = createBondmcpClient({ baseUrl: 'http://api.test', fetch, apiKey: 'bcp_1' })
  await expect(bondmcp.GET('/mcp/health-ai/models', { baseUrl: 'http://other.test' })).rejects.toThrow(
    'GET http://other.test/mcp/health-ai/models was redirected to myapp://callback. ',
  )
})

describe('a redirect that the contract declares', () => {
  test('returns the redirect, and does not follow it', async () => {
    redirect.status = 302
    const openfactory = createOpenfactoryClient({ baseUrl: `${apiUrl}/base` })
    const params = { path: { provider: 'google' as const } }
    const target = match(await openfactory.GET('/api/auth/oauth/{provider}', { params }), {
      302: (_body, response) => response.headers.get('Location'),
      otherwise: () => 'something else',
    })
    expect(target).toBe(redirect.target)
    expect(arrived).toEqual([])
  })

  test('tells a page to navigate, because browsers hide redirects from pages', async () => {
    const opaque = Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' })
    const fetch = vi.fn<(request: Request) => Response>(() => opaque)
    const openfactory = createOpenfactoryClient({ baseUrl: 'http://api.test', fetch })
    const params = { path: { provider: 'google' as const } }
    await expect(openfactory.GET('/api/auth/oauth/{provider}', { params })).rejects.toThrow(
      /^GET http:\/\/api\.test\/api\/auth\/oauth\/google was redirected\. .* Navigate the page to this URL instead\.$/,
    )
    expect(fetch.mock.calls[0]?.[0].redirect).toBe('manual')
  })
})
