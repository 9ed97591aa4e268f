import { expect, it } from 'vitest'
import { startKillableServer } from '../../support/killable-server.ts'

const key = { 'X-API-Key': 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef' }
const app = 'https://app.example.com'
const tokens = {
  accessToken: expect.stringMatching(/^eyJ/),
  refreshToken: expect.any(String),
  tokenType: 'Bearer',
  expiresIn: 3600,
}

it('signs in with the request of the vendor’s samples', async () => {
  const { url } = await startKillableServer('bkend')
  const response = await fetch(`${url}/v1/auth/email/signin`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...key },
    body: JSON.stringify({ method: 'password', email: 'user@example.com', password: 'password123' }),
  })
  const { accessToken, refreshToken } = (await response.json()) as Record<string, string>
  expect([response.status, typeof accessToken, typeof refreshToken]).toEqual([200, 'string', 'string'])
  const me = await fetch(`${url}/v1/auth/me`, { headers: { ...key, Authorization: `Bearer ${accessToken}` } })
  expect(await me.json()).toMatchObject({ email: 'user@example.com' })
})

it('completes the flows of all endpoints on the vendor’s page, although the server is killed between the steps', async () => {
  const { ask: send, killAndRestart, mailTo, signInAtProvider } = await startKillableServer('bkend')
  const ask = (method: string, path: string, body?: unknown, token?: string) =>
    send(method, path, {
      ...(body !== undefined && { body }),
      headers: { ...key, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    })
  const email = 'ada@example.com'
  const password = 'Corr3ct-Horse!'

  const signedUp = await ask('POST', '/v1/auth/email/signup', {
    method: 'password',
    email,
    password,
    name: 'Ada Park',
  })
  expect([signedUp.status, signedUp.body]).toEqual([201, tokens])
  await killAndRestart()
  const entry = { method: 'password', email, password }
  const signedIn = await ask('POST', '/v1/auth/email/signin', entry)
  expect([signedIn.status, signedIn.body]).toEqual([200, tokens])

  const page = { email, callbackUrl: `${app}/verify` }
  expect((await ask('POST', '/v1/auth/email/verify/send', page)).status).toBe(200)
  await killAndRestart()
  await send('POST', '/__dev/clock', { body: { advanceSeconds: 61 } })
  expect((await ask('POST', '/v1/auth/email/verify/resend', page)).status).toBe(200)
  const [token] = (await mailTo(email, 'verifyEmail')).tokens
  await killAndRestart()
  // With the access token of the app, which keeps its session.
  const code = { email, token }
  const confirmed = await ask('POST', '/v1/auth/email/verify/confirm', code, signedIn.body.accessToken)
  expect([confirmed.status, confirmed.body.verified]).toEqual([200, true])

  const me = await ask('GET', '/v1/auth/me', undefined, signedIn.body.accessToken)
  expect([me.status, me.body]).toMatchObject([200, { email, emailVerified: expect.any(String) }])
  const refreshed = await ask('POST', '/v1/auth/refresh', { refreshToken: signedIn.body.refreshToken })
  expect([refreshed.status, refreshed.body]).toEqual([200, tokens])
  await killAndRestart()
  expect((await ask('GET', '/v1/auth/me', undefined, signedIn.body.accessToken)).status).toBe(401)
  const { accessToken } = refreshed.body
  expect((await ask('GET', '/v1/auth/me', undefined, accessToken)).status).toBe(200)

  const path = `/v1/users/${me.body.id}`
  const renamed = await ask('PATCH', path, { nickname: 'ada', bio: 'Counts.' }, accessToken)
  expect([renamed.status, renamed.body]).toMatchObject([200, { nickname: 'ada', bio: 'Counts.' }])
  const file = { filename: 'ada.png', contentType: 'image/png' }
  const upload = await ask('POST', `${path}/avatar/upload-url`, file, accessToken)
  expect(upload.status).toBe(200)
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
    'base64',
  )
  const put = (body: BodyInit, type = 'image/png') =>
    fetch(upload.body.url, { method: 'PUT', headers: { 'content-type': type }, body })
  expect((await put(png, 'image/svg+xml')).status).toBe(415)
  expect((await put(new Uint8Array(5 * 1024 * 1024 + 1))).status).toBe(413)
  expect((await put(png)).status).toBe(200)
  await killAndRestart()
  const shown = await ask('PATCH', `${path}/avatar`, { s3Key: upload.body.key }, accessToken)
  expect(shown.status).toBe(200)
  await killAndRestart()
  const profile = await ask('GET', path, undefined, accessToken)
  expect(profile.body.image).toBe(shown.body.image)
  const image = await fetch(profile.body.image)
  expect([image.headers.get('content-type'), Buffer.from(await image.arrayBuffer())]).toEqual([
    'image/png',
    png,
  ])

  const next = 'amber-compass-64'
  const change = { currentPassword: password, newPassword: next }
  expect((await ask('POST', '/v1/auth/password/change', change, accessToken)).status).toBe(200)
  await killAndRestart()
  expect((await ask('GET', '/v1/auth/me', undefined, accessToken)).status).toBe(401)
  expect((await ask('POST', '/v1/auth/password/reset/request', { email })).status).toBe(200)
  const [resetToken] = (await mailTo(email, 'resetPassword')).tokens
  await killAndRestart()
  const last = 'quiet-harbour-99'
  const reset = { email, token: resetToken, newPassword: last }
  expect((await ask('POST', '/v1/auth/password/reset/confirm', reset)).status).toBe(200)
  await killAndRestart()
  const again = await ask('POST', '/v1/auth/email/signin', { ...entry, password: last })
  expect(again.status).toBe(200)
  expect((await ask('POST', '/v1/auth/signout', undefined, again.body.accessToken)).status).toBe(200)
  await killAndRestart()
  expect((await ask('GET', '/v1/auth/me', undefined, again.body.accessToken)).status).toBe(401)

  const start = `/v1/auth/google/authorize?${new URLSearchParams({ redirect: `${app}/auth/callback` })}`
  const { body: away } = await ask('GET', start)
  const landing = await signInAtProvider(away.authorizationUrl)
  expect(landing.status).toBe(302)
  const { origin, pathname, searchParams } = new URL(landing.headers.get('location') ?? '')
  expect([origin + pathname, searchParams.get('isNewUser')]).toEqual([`${app}/auth/callback`, 'false'])
  await killAndRestart()
  const leo = await ask('GET', '/v1/auth/me', undefined, searchParams.get('accessToken') ?? '')
  expect(leo.body.email).toBe('leo@example.com')
  const exchanged = await ask('POST', '/v1/auth/github/callback', {
    code: 'gh-noor',
    redirectUri: `${app}/cb`,
  })
  expect([exchanged.status, exchanged.body]).toEqual([200, { ...tokens, is_new_user: true }])
})
