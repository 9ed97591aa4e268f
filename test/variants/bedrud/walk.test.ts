import { expect, it } from 'vitest'
import { createAuthenticator } from '../../../src/conformance/world/authenticator.ts'
import { startKillableServer } from '../../support/killable-server.ts'

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const jwt = expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/)

it('completes the flows of the vendor’s page on a server that is killed between the steps', async () => {
  const { ask, killAndRestart, signInAtProvider } = await startKillableServer('bedrud')
  const john = { email: 'user@example.com', password: 'securepassword' }
  const user = { id: expect.any(String), email: john.email, name: 'John Doe', role: 'user' }

  const registered = await ask('POST', '/api/auth/register', { body: { ...john, name: 'John Doe' } })
  expect([registered.status, registered.body]).toMatchObject([
    200,
    { accessToken: jwt, refreshToken: jwt, user },
  ])
  await killAndRestart()
  const signedIn = await ask('POST', '/api/auth/login', { body: john })
  expect([signedIn.status, signedIn.body]).toMatchObject([200, { accessToken: jwt, refreshToken: jwt, user }])
  const guest = await ask('POST', '/api/auth/guest-login', { body: { name: 'Guest User' } })
  expect([guest.status, guest.body.user]).toMatchObject([200, { name: 'Guest User', role: 'guest' }])
  await killAndRestart()

  const me = await ask('GET', '/api/auth/me', bearer(signedIn.body.accessToken))
  expect([me.status, me.body]).toMatchObject([200, { ...user, avatar: null, provider: 'email' }])
  expect((await ask('GET', '/api/auth/me', bearer(guest.body.accessToken))).body.role).toBe('guest')

  const refreshToken = signedIn.body.refreshToken
  const refreshed = await ask('POST', '/api/auth/refresh', { body: { refreshToken } })
  expect([refreshed.status, refreshed.body]).toMatchObject([200, { accessToken: jwt, refreshToken: jwt }])
  await killAndRestart()
  expect((await ask('POST', '/api/auth/refresh', { body: { refreshToken } })).status).toBe(401)
  const pair = refreshed.body
  const out = await ask('POST', '/api/auth/logout', {
    ...bearer(pair.accessToken),
    body: { refreshToken: pair.refreshToken },
  })
  expect([out.status, out.body]).toEqual([200, { message: 'logged out' }])
  await killAndRestart()
  expect((await ask('GET', '/api/auth/me', bearer(pair.accessToken))).status).toBe(401)
  expect((await ask('POST', '/api/auth/refresh', { body: { refreshToken: pair.refreshToken } })).status).toBe(
    401,
  )

  for (const provider of ['google', 'github', 'twitter']) {
    const back = await signInAtProvider(`/api/auth/${provider}/login`, {
      email: `${provider}@example.org`,
      verified: 'yes',
    })
    expect([provider, back.status, back.body]).toMatchObject([
      provider,
      200,
      { accessToken: jwt, refreshToken: jwt, user: { email: `${provider}@example.org`, provider } },
    ])
    await killAndRestart()
    expect((await ask('GET', '/api/auth/me', bearer(back.body.accessToken))).body.provider).toBe(provider)
  }

  const device = createAuthenticator()
  const begun = await ask('POST', '/api/auth/passkey/signup/begin', {
    body: { email: 'sam@example.com', name: 'Sam Okafor' },
  })
  await killAndRestart()
  const joined = await ask('POST', '/api/auth/passkey/signup/finish', {
    body: await device.create(begun.body),
  })
  expect([joined.status, joined.body]).toMatchObject([
    200,
    { accessToken: jwt, user: { name: 'Sam Okafor' } },
  ])
  await killAndRestart()
  const challenge = await ask('POST', '/api/auth/passkey/login/begin')
  const response = await device.get(challenge.body)
  await killAndRestart()
  const entered = await ask('POST', '/api/auth/passkey/login/finish', { body: response })
  expect([entered.status, entered.body.user]).toMatchObject([200, { email: 'sam@example.com' }])
  expect((await ask('POST', '/api/auth/passkey/login/finish', { body: response })).status).toBe(400)

  const errors = await Promise.all([
    ask('POST', '/api/auth/register', { body: { ...john, password: 'short', name: 'John Doe' } }),
    ask('POST', '/api/auth/login', { body: { ...john, password: 'wrong password' } }),
    ask('POST', '/api/auth/register', { body: { ...john, name: 'John Doe' } }),
  ])
  expect(errors.map(({ status }) => status)).toEqual([400, 401, 409])
  expect(errors[1]?.body).toEqual({ error: 'invalid credentials' })
})
