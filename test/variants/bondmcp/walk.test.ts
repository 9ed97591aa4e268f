import { expect, it } from 'vitest'
import { startKillableServer } from '../../support/killable-server.ts'

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

it('completes the vendor’s documented flow although the server is killed between the steps', async () => {
  const { ask, killAndRestart, mailTo } = await startKillableServer('bondmcp')
  // The samples of the document register with one password and sign in with another.
  const registration = { body: { email: 'your@email.com', password: 'secure_password' } }
  const registered = await ask('POST', '/mcp/auth/register', registration)
  expect([registered.status, registered.body]).toEqual([
    200,
    {
      message: 'Registration successful',
      user_id: expect.stringMatching(/^usr_[A-Za-z0-9]{6,}$/),
      email: 'your@email.com',
    },
  ])
  await killAndRestart()
  expect((await ask('POST', '/mcp/auth/register', registration)).status).toBe(409)
  const other = { body: { email: 'your@email.com', password: 'your_password' } }
  expect((await ask('POST', '/mcp/auth/login', other)).status).toBe(401)
  const pending = await ask('POST', '/mcp/auth/login', registration)
  expect([pending.status, pending.body.error.code]).toEqual([403, 'email_not_verified'])

  const [link = ''] = (await mailTo('your@email.com', 'verifyEmail')).links
  await killAndRestart()
  const verified = await ask('GET', link)
  expect([verified.status, verified.body]).toEqual([
    200,
    { success: true, message: 'Email verified successfully' },
  ])
  await killAndRestart()
  const signedIn = await ask('POST', '/mcp/auth/login', registration)
  expect([signedIn.status, signedIn.body]).toEqual([
    200,
    { access_token: expect.stringMatching(/^eyJ/), token_type: 'bearer', expires_in: 3600 },
  ])
  const { access_token: token } = signedIn.body
  await killAndRestart()
  const models = await ask('GET', '/mcp/health-ai/models', bearer(token))
  expect([models.status, models.body.total]).toEqual([200, 4])

  const made = await ask('POST', '/mcp/auth/api-keys', { ...bearer(token), body: { name: 'Server' } })
  expect(made.status).toBe(201)
  const { id, api_key: key } = made.body
  expect(key).toMatch(/^bcp_[0-9a-f]{48}$/)
  await killAndRestart()
  expect((await ask('GET', '/mcp/health-ai/models', bearer(key))).status).toBe(200)
  const listed = await ask('GET', '/mcp/auth/api-keys', bearer(token))
  expect(listed.body).toMatchObject({ total: 1, api_keys: [{ id, last_used: expect.any(String) }] })
  expect((await ask('GET', '/mcp/auth/api-keys', bearer(key))).status).toBe(403)
  expect((await ask('DELETE', `/mcp/auth/api-keys/${id}`, bearer(token))).status).toBe(200)
  await killAndRestart()
  expect((await ask('GET', '/mcp/health-ai/models', bearer(key))).status).toBe(401)

  // "When your JWT token expires, simply login again."
  await ask('POST', '/__dev/clock', { body: { advanceSeconds: 3601 } })
  const late = await ask('GET', '/mcp/health-ai/models', bearer(token))
  expect([late.status, late.body.error.message]).toEqual([401, 'Invalid or expired token'])
  const again = await ask('POST', '/mcp/auth/login', registration)
  expect((await ask('GET', '/mcp/health-ai/models', bearer(again.body.access_token))).status).toBe(200)
})
