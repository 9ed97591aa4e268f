import { expect, it } from 'vitest'
import { startKillableServer } from '../../support/killable-server.ts'

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

it('completes every flow of the vendor’s document on a server that is killed between calls', async () => {
  const { ask, killAndRestart, mailTo, signInAtProvider } = await startKillableServer('openfactory')
  const grace = { email: 'grace@example.org', password: 'nanoseconds-of-wire-30' }

  const signedUp = await ask('POST', '/api/auth/signup', {
    body: { ...grace, name: 'Grace Hopper', organizationName: 'Compiler Works' },
  })
  expect(signedUp.status).toBe(201)
  const { organization, session } = signedUp.body
  await killAndRestart()
  const mine = await ask('GET', '/api/auth/session', bearer(session.token))
  expect(mine.body).toMatchObject({ organizationId: organization.id, role: 'admin' })

  expect((await ask('POST', '/api/auth/signout', bearer(session.token))).status).toBe(204)
  await killAndRestart()
  expect((await ask('GET', '/api/auth/session', bearer(session.token))).status).toBe(401)
  const signedIn = await ask('POST', '/api/auth/signin', { body: grace })
  expect(signedIn.status).toBe(200)

  const landing = await signInAtProvider('/api/auth/oauth/github?redirectTo=/projects')
  expect(landing.status).toBe(302)
  const { hash, pathname } = new URL(landing.headers.get('location') ?? '')
  expect(pathname).toBe('/projects')
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? ''
  await killAndRestart()
  expect((await ask('GET', '/api/auth/session', bearer(token))).body.user.email).toBe('charles@example.org')

  expect((await ask('POST', '/api/auth/forgot-password', { body: { email: grace.email } })).status).toBe(200)
  await killAndRestart()
  const [resetToken] = (await mailTo(grace.email, 'resetPassword')).tokens
  const newPassword = 'ships-in-port-are-safe'
  const reset = { body: { token: resetToken, newPassword } }
  expect((await ask('POST', '/api/auth/reset-password', reset)).status).toBe(200)
  await killAndRestart()
  expect((await ask('POST', '/api/auth/reset-password', reset)).status).toBe(400)
  expect((await ask('GET', '/api/auth/session', bearer(signedIn.body.session.token))).status).toBe(401)
  expect((await ask('POST', '/api/auth/signin', { body: grace })).status).toBe(401)
  const again = await ask('POST', '/api/auth/signin', { body: { ...grace, password: newPassword } })
  expect(again.status).toBe(200)

  const admin = bearer(again.body.session.token)
  const path = `/api/organizations/${organization.id}`
  const project = await ask('POST', `${path}/projects`, { ...admin, body: { name: 'COBOL' } })
  const reader = await ask('POST', `${path}/api-keys`, {
    ...admin,
    body: { name: 'Reader', scopes: ['mcp:read'], projectId: project.body.id },
  })
  expect([project.status, reader.status]).toEqual([201, 201])
  expect(reader.body.key).toMatch(/^of-key-[0-9a-f]{48}$/)
  await killAndRestart()
  const workOrders = `/api/projects/${project.body.id}/planner/work-orders`
  const feedback = `/api/projects/${project.body.id}/validator/feedback`
  const key = bearer(reader.body.key)
  const made = await ask('POST', workOrders, { ...admin, body: { title: 'Nested loops' } })
  expect(made.status).toBe(201)
  const read = await ask('GET', workOrders, key)
  expect([read.status, read.body.workOrders.length]).toEqual([200, 1])
  const others = '/api/projects/1ed055ef-0425-49e4-9b8a-15070cd6f91c/planner/work-orders'
  const refused = await Promise.all([
    ask('PATCH', `${workOrders}/${made.body.id}`, { ...key, body: { status: 'in_progress' } }),
    ask('POST', feedback, { ...key, body: { title: 'T', description: 'D' } }),
    ask('POST', workOrders, { ...key, body: { title: 'By a key' } }),
    ask('GET', others, key),
    ask('GET', `${path}/api-keys`, key),
  ])
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
  expect((await ask('DELETE', `${path}/api-keys/${reader.body.id}`, admin)).status).toBe(204)
  await killAndRestart()
  expect((await ask('GET', workOrders, key)).status).toBe(401)
})
