import { describe, expect, it } from 'vitest'
import { createAuthenticator } from '../../../src/conformance/world/authenticator.ts'
import { createMock } from '../../../src/hub/create-mock.ts'
import { ada, cookieIn, john, mary, openBedrud } from './support.ts'

type Fetch = (request: Request) => Response | Promise<Response>

/** Sends requests as the vendor's clients do, with the cookies of a browser unless it is a native client. */
function createCaller(send: Fetch, { keepsCookies = true } = {}) {
  // The mock sets only one of the two token cookies.
  const jar = new Map(keepsCookies ? [['refresh_token', 'from-an-earlier-visit']] : [])
  return async (method: string, path: string, body?: unknown, bearer?: string) => {
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
    const response = await send(
      new Request(`http://localhost:4000/api/auth${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          ...(cookie && { cookie }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
    for (const setCookie of keepsCookies ? response.headers.getSetCookie() : []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? []
      jar.set(name, value)
    }
    return { status: response.status, body: await response.json() }
  }
}

const servers: { name: string; open: () => Promise<Fetch> }[] = [
  {
    name: 'the sandbox',
    open: async () => {
      const sandbox = await openBedrud()
      return (request) => sandbox.fetch(request, { ip: '192.0.2.1' })
    },
  },
  { name: 'the mock', open: async () => (await createMock('bedrud', { log: () => {} })).fetch },
]

/** The user as both clients read it. */
const user = {
  id: expect.any(String),
  email: expect.any(String),
  name: expect.any(String),
  provider: 'email',
  accesses: ['user'],
  isActive: true,
}
const tokens = { accessToken: expect.any(String), refreshToken: expect.any(String) }

describe.each(servers)('the vendor’s clients with $name', ({ open }) => {
  it('serves the pages of the web application for signing in, refreshing and signing out', async () => {
    const call = createCaller(await open())
    expect((await call('GET', '/settings')).body).toMatchObject({
      registrationEnabled: true,
      tokenRegistrationOnly: false,
      guestLoginEnabled: true,
      passkeysEnabled: true,
      oauthProviders: ['google', 'github', 'twitter'],
    })
    const signedUp = await call('POST', '/register', john)
    expect([signedUp.status, signedUp.body]).toMatchObject([200, { user, tokens }])
    const { email, password } = mary
    const signedIn = await call('POST', '/login', { email, password })
    expect([signedIn.status, signedIn.body]).toMatchObject([200, { user, tokens }])
    const { accessToken } = signedIn.body.tokens
    // The page after an OAuth sign-in has only cookies.
    const me = await call('GET', '/me')
    expect([me.status, me.body]).toMatchObject([200, { ...user, avatarUrl: expect.any(String) }])
    const refreshed = await call('POST', '/refresh')
    expect([refreshed.status, refreshed.body]).toMatchObject([
      200,
      { access_token: expect.any(String), refresh_token: expect.any(String) },
    ])
    const { access_token: bearer, refresh_token: refreshToken } = refreshed.body
    expect(accessToken).toEqual(expect.any(String))
    const signedOut = await call('POST', '/logout', { refresh_token: refreshToken }, bearer)
    expect([signedOut.status, signedOut.body]).toMatchObject([200, { message: 'logged out' }])
  })

  it('serves guests of the web application', async () => {
    const call = createCaller(await open())
    const { status, body } = await call('POST', '/guest-login', { name: 'Guest User' })
    expect([status, body]).toMatchObject([
      200,
      { tokens, user: { provider: 'guest', accesses: ['guest'], isActive: true } },
    ])
  })

  it('serves the desktop client, which keeps no cookies and reads only its own fields', async () => {
    const call = createCaller(await open(), { keepsCookies: false })
    const { body: settings } = await call('GET', '/settings')
    expect(settings).toMatchObject({ registrationEnabled: true, tokenRegistrationOnly: false })
    const { email, password } = ada
    const signedIn = await call('POST', '/login', { email, password })
    expect([signedIn.status, signedIn.body]).toMatchObject([200, { user, tokens }])
    const { refreshToken } = signedIn.body.tokens
    const refreshed = await call('POST', '/refresh', { refresh_token: refreshToken })
    expect([refreshed.status, refreshed.body]).toMatchObject([200, tokens])
    const me = await call('GET', '/me', undefined, refreshed.body.accessToken)
    expect([me.status, me.body]).toMatchObject([200, user])
  })
})

it('accepts the passkey responses of the desktop client, without cookies', async () => {
  const { post, signIn } = await openBedrud()
  const bearer = (await signIn(mary)).accessToken
  const device = createAuthenticator()
  const begun = await post('/passkey/register/begin', undefined, { bearer })
  const { clientDataJSON, attestationObject } = await device.create(begun.body)
  const attestation = { clientDataJson: clientDataJSON, attestationObject }
  expect((await post('/passkey/register/finish', attestation, { bearer })).status).toBe(200)
  const { body: options } = await post('/passkey/login/begin', { email: mary.email })
  const { clientDataJSON: clientDataJson, ...assertion } = await device.get(options)
  const { status, body } = await post('/passkey/login/finish', { ...assertion, clientDataJson })
  expect([status, body]).toMatchObject([200, { tokens, user }])
})

it('lets the OAuth landing page of the web application read the profile and refresh with cookies', async () => {
  const webUrl = 'http://localhost:3000'
  const { signInWithProvider, request, post } = await openBedrud({ webUrl })
  const response = await signInWithProvider('lin.chen@example.net')
  expect([response.status, response.headers.get('location')]).toEqual([302, `${webUrl}/auth/callback#`])
  const cookie = `${cookieIn(response, 'access_token')}; ${cookieIn(response, 'refresh_token')}`
  const headers = { origin: webUrl }
  expect((await request('GET', '/me', undefined, { cookie, headers })).body.provider).toBe('google')
  const { status, body } = await post('/refresh', undefined, { cookie, headers })
  expect([status, body]).toMatchObject([200, { access_token: expect.any(String) }])
})

it('has the same fields in the examples of the mock as in the responses of the sandbox', async () => {
  const sandbox = await openBedrud()
  const mock = createCaller((await createMock('bedrud', { log: () => {} })).fetch)
  const { email, password } = mary
  const signedIn = await sandbox.post('/login', { email, password })
  const { accessToken: bearer, refreshToken } = signedIn.body
  const pairs = [
    [signedIn, await mock('POST', '/login', { email, password })],
    [await sandbox.post('/register', john), await mock('POST', '/register', john)],
    [
      await sandbox.post('/guest-login', { name: 'Guest User' }),
      await mock('POST', '/guest-login', { name: 'Guest User' }),
    ],
    [await sandbox.request('GET', '/me', undefined, { bearer }), await mock('GET', '/me', undefined, bearer)],
    [await sandbox.post('/refresh', { refreshToken }), await mock('POST', '/refresh', { refreshToken })],
    [await sandbox.request('GET', '/settings'), await mock('GET', '/settings')],
  ]
  for (const [real, example] of pairs) expect(pathsIn(example?.body)).toEqual(pathsIn(real?.body))
})

/** The paths of all fields of a body, in alphabetical order. */
const pathsIn = (body: object, prefix = ''): string[] =>
  Object.entries(body)
    .flatMap(([name, value]) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? pathsIn(value, `${prefix}${name}.`)
        : `${prefix}${name}`,
    )
    .sort()
