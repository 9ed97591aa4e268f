import { expect, it } from 'vitest'
import { createAuthenticator } from '../../../src/conformance/world/authenticator.ts'
import { lin, openBedrud, statusAndError } from './support.ts'

const jwt = expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/)
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
const tokens = { accessToken: jwt, refreshToken: jwt }

it('implements the vendor’s document from top to bottom', async () => {
  const { request, post, startOAuth, decideAtProvider, callback } = await openBedrud()

  // POST /api/auth/register
  const form = { email: 'user@example.com', password: 'securepassword', name: 'John Doe' }
  const user = { id: uuid, email: 'user@example.com', name: 'John Doe', role: 'user' }
  const registered = await post('/register', form)
  expect([registered.status, registered.body]).toMatchObject([200, { ...tokens, user }])

  // POST /api/auth/login
  const { email, password } = form
  const signedIn = await post('/login', { email, password })
  expect([signedIn.status, signedIn.body]).toMatchObject([200, { ...tokens, user }])
  expect(signedIn.body.user.id).toBe(registered.body.user.id)

  // POST /api/auth/guest-login
  const guest = await post('/guest-login', { name: 'Guest User' })
  expect([guest.status, guest.body]).toMatchObject([
    200,
    { ...tokens, user: { id: uuid, name: 'Guest User', role: 'guest' } },
  ])
  expect(guest.body.user).not.toHaveProperty('email')

  // GET /api/auth/me
  const me = await request('GET', '/me', undefined, { bearer: signedIn.body.accessToken })
  expect([me.status, me.body]).toMatchObject([200, { ...user, avatar: null, provider: 'email' }])

  // POST /api/auth/refresh
  const refreshed = await post('/refresh', { refreshToken: signedIn.body.refreshToken })
  expect([refreshed.status, refreshed.body]).toMatchObject([200, tokens])
  const { accessToken: bearer, refreshToken } = refreshed.body

  // POST /api/auth/passkey/*
  const device = createAuthenticator()
  const adding = await post('/passkey/register/begin', undefined, { bearer })
  const added = await post('/passkey/register/finish', await device.create(adding.body), { bearer })
  expect([added.status, added.body]).toEqual([200, { message: 'Passkey registered successfully' }])

  // POST /api/auth/logout
  const signedOut = await post('/logout', { refreshToken }, { bearer })
  expect([signedOut.status, signedOut.body]).toEqual([200, { message: 'logged out' }])
  expect((await post('/refresh', { refreshToken })).status).toBe(401)
  const begun = await post('/passkey/login/begin')
  const byPasskey = await post('/passkey/login/finish', await device.get(begun.body))
  expect([byPasskey.status, byPasskey.body]).toMatchObject([200, { ...tokens, user }])

  // GET /api/auth/:provider/login
  for (const provider of ['google', 'github', 'twitter']) {
    const { location, cookie } = await startOAuth({ provider })
    expect(location.pathname).toBe(`/__oauth/${provider}/authorize`)
    const account = provider === 'google' ? lin.email : `${provider}@example.com`
    const signedInByProvider = await callback(
      await decideAtProvider(location, { decision: 'approve', account }),
      cookie,
    )
    expect([signedInByProvider.status, signedInByProvider.body]).toMatchObject([
      200,
      { ...tokens, user: { id: uuid, email: account, role: 'user', provider } },
    ])
  }

  // Error Responses
  expect(statusAndError(await post('/register', {}))[0]).toBe(400)
  expect(statusAndError(await post('/login', { email, password: 'wrong' }))).toEqual([
    401,
    'invalid credentials',
  ])
  expect(statusAndError(await post('/register', form))[0]).toBe(409)
})
