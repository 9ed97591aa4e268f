import { afterAll, expect, test, vi } from 'vitest'
import {
  type AuthClient,
  createBedrudClient,
  createBkendClient,
  createBondmcpClient,
  createOpenfactoryClient,
} from '../../src/client/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { createSignedIn, errorResponse } from './session-api.ts'

interface Subject {
  variant: Parameters<typeof createSandbox>[0]
  create: (options: {
    baseUrl: string
    fetch: (request: Request) => Promise<Response>
    onSignedOut: () => void
  }) => object
  credentials: { email: string; password: string; method?: 'password' }
  signIn: string
  read: string
  signOut?: string
}

const signInAgain = { email: 'charles@example.org', password: 'difference-no-2' }
const subjects: Subject[] = [
  {
    variant: 'bedrud',
    create: createBedrudClient,
    credentials: { email: 'mary.major@example.com', password: 'harbour lights at nine' },
    signIn: '/api/auth/login',
    read: '/api/auth/me',
    signOut: '/api/auth/logout',
  },
  {
    variant: 'bkend',
    create: (options) => createBkendClient({ ...options, apiKey: `pk_${'0123456789abcdef'.repeat(4)}` }),
    credentials: { method: 'password', email: 'sora@example.com', password: 'violet-harbor-41' },
    signIn: '/v1/auth/email/signin',
    read: '/v1/auth/me',
    signOut: '/v1/auth/signout',
  },
  {
    variant: 'bondmcp',
    create: createBondmcpClient,
    credentials: { email: 'mary@example.org', password: 'sunrise-over-water-4' },
    signIn: '/mcp/auth/login',
    read: '/mcp/health-ai/models',
  },
  {
    variant: 'openfactory',
    create: (options) => createOpenfactoryClient({ ...options, onExpired: () => signInAgain }),
    credentials: signInAgain,
    signIn: '/api/auth/signin',
    read: '/api/auth/session',
    signOut: '/api/auth/signout',
  },
]

const baseUrl = 'http://localhost:4000'
const sandboxes = new Map<string, ReturnType<typeof createSandbox>>()

afterAll(async () => {
  for (const sandbox of sandboxes.values()) await (await sandbox).close()
})

/** Signs in to a sandbox, and changes the status of the user. */
const openSession = async (subject: Subject, status: 'deleted' | 'disabled') => {
  const { variant, create, credentials, signIn } = subject
  if (!sandboxes.has(variant)) sandboxes.set(variant, createSandbox(variant))
  const sandbox = await sandboxes.get(variant)
  const fetch = async (request: Request) => sandbox?.fetch(request) ?? Response.error()
  const control = async (path: string, body?: object) => {
    const headers = { 'Content-Type': 'application/json' }
    const init = body && { headers, body: JSON.stringify(body) }
    const { ok } = await fetch(new Request(`${baseUrl}/__dev/${path}`, { method: 'POST', ...init }))
    expect(ok).toBe(true)
  }
  await control('reset')

  const onSignedOut = vi.fn()
  const client = create({ baseUrl, fetch, onSignedOut }) as AuthClient<object>
  const call = (method: 'get' | 'post', path: string, body?: object) =>
    client.request(method, path as never, { body } as never) as Promise<{ response: Response }>
  await call('post', signIn, credentials)
  expect(await client.tokens.get()).toBeDefined()
  await control('settings', { users: [{ user: credentials.email, status }] })
  return { call, client, onSignedOut }
}

const inBothStates = (subjects: Subject[]) =>
  subjects.flatMap((subject) => [
    { ...subject, status: 'deleted' as const },
    { ...subject, status: 'disabled' as const },
  ])

test.each(inBothStates(subjects))('ends the session of a $status user of $variant once', async (subject) => {
  const { call, client, onSignedOut } = await openSession(subject, subject.status)
  const results = await Promise.all(Array.from({ length: 3 }, () => call('get', subject.read)))
  for (const { response } of results) expect([401, 403, 404]).toContain(response.status)
  expect(await client.tokens.get()).toBeUndefined()
  expect(onSignedOut).toHaveBeenCalledOnce()
})

test.each(inBothStates(subjects).filter(({ signOut }) => signOut))(
  'signs out a $status user of $variant',
  async (subject) => {
    const { call, client } = await openSession(subject, subject.status)
    await call('post', subject.signOut ?? '')
    expect(await client.tokens.get()).toBeUndefined()
  },
)

test('ends the session if the account was deleted before a call is repeated', async () => {
  const onSignedOut = vi.fn()
  const { api, bkend } = await createSignedIn({ onSignedOut })
  api.overrides['/v1/auth/me'] = () =>
    api.countRequests('/v1/auth/me') === 1
      ? errorResponse(401, 'auth/token-expired')
      : errorResponse(404, 'auth/user-not-found')
  expect((await bkend.GET('/v1/auth/me')).response.status).toBe(404)
  expect(await bkend.tokens.get()).toBeUndefined()
  expect(onSignedOut).toHaveBeenCalledOnce()
})

test('keeps the session on errors about other users, permissions and the server', async () => {
  const onSignedOut = vi.fn()
  const { api, bkend } = await createSignedIn({ onSignedOut })
  for (const [status, code] of [
    [404, 'user/not-found'],
    [404, 'auth/account-not-found'],
    [403, 'auth/forbidden'],
    [500, 'common/internal-error'],
  ] as const) {
    api.overrides['/v1/auth/me'] = () => errorResponse(status, code)
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(status)
  }
  api.overrides['/v1/auth/me'] = () => new Response('<h1>Not found</h1>', { status: 404 })
  await bkend.GET('/v1/auth/me')
  expect(await bkend.tokens.get()).toMatchObject({ accessToken: 'access-1' })
  expect(onSignedOut).not.toHaveBeenCalled()
})

test('keeps a newer session if an earlier one belonged to a deleted account', async () => {
  const onSignedOut = vi.fn()
  const { api, bkend } = await createSignedIn({ onSignedOut })
  api.overrides['/v1/auth/me'] = async () => {
    await bkend.tokens.set({ accessToken: 'other user' })
    return errorResponse(404, 'auth/user-not-found')
  }
  await bkend.GET('/v1/auth/me')
  expect(await bkend.tokens.get()).toMatchObject({ accessToken: 'other user' })
  expect(onSignedOut).not.toHaveBeenCalled()
})
