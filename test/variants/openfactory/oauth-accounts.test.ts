import { describe, expect, it } from 'vitest'
import { openOAuth } from './oauth-journey.ts'
import { ids, paths, tokens } from './support.ts'

describe('signing in through a provider', () => {
  it('signs in the user whose account is linked', async () => {
    const { signInAs } = await openOAuth()
    expect((await signInAs('charles@example.org')).session).toMatchObject({
      user: { id: ids.charles, avatarUrl: 'https://avatars.example.org/charles.png' },
      organizationId: ids.analyticalEngines,
      role: 'member',
    })
    expect((await signInAs('mary@example.org', { provider: 'google' })).session).toMatchObject({
      user: { id: ids.mary },
      organizationId: ids.marysOrganization,
      role: 'admin',
    })
  })

  it('creates an account and an organization for a new email', async () => {
    const { signInAs, store } = await openOAuth()
    const { session } = await signInAs('robin.reed@example.com', { provider: 'google' })
    expect(session).toMatchObject({
      user: { email: 'robin.reed@example.com', name: 'Robin Reed', avatarUrl: expect.any(String) },
      role: 'admin',
    })
    expect(await store.find('organizations', { id: session.organizationId })).toMatchObject({
      name: "Robin Reed's Organization",
      slug: 'robin-reed-s-organization',
    })
    const again = await signInAs('robin.reed@example.com', { provider: 'google' })
    expect([again.session.user.id, again.session.organizationId]).toEqual([
      session.user.id,
      session.organizationId,
    ])
  })

  it('links an account with the same verified email', async () => {
    const { signInAs } = await openOAuth()
    const { session } = await signInAs('charles@example.org', { provider: 'google' })
    expect(session.user.id).toBe(ids.charles)
  })

  it('O07 links an unverified account without a password and sets its picture', async () => {
    const { signInAs, ask } = await openOAuth()
    const { session } = await signInAs('luigi@example.org')
    expect(session).toMatchObject({ user: { id: ids.luigi }, organizationId: ids.analyticalEngines })
    expect(session.user.avatarUrl).toEqual(expect.any(String))
    // Earlier reset emails are void, because an attacker may have requested them.
    const form = { token: 'beef'.repeat(16), newPassword: 'sketch-of-the-engine-4' }
    expect((await ask('POST', '/api/auth/reset-password', form)).status).toBe(400)
  })

  it('O07 signs up the owner of an invited email in a new organization', async () => {
    const { signInAs, ask } = await openOAuth()
    const form = { email: 'robin.reed@example.com', role: 'member' }
    await ask('POST', paths.members, form, { bearer: tokens.ada })
    const { session } = await signInAs(form.email)
    expect(session.organizationId).not.toBe(ids.analyticalEngines)
  })

  it('O07 does not link an account with a password whose email was never verified', async () => {
    const { signInAs, signUp, ask } = await openOAuth()
    const { email, token } = await signUp('Mallory')
    expect((await signInAs(email)).error).toBe('account_not_linked')
    expect((await signInAs('ada@example.org')).error).toBe('account_not_linked')
    expect((await ask('GET', '/api/auth/session', undefined, { bearer: token })).status).toBe(200)
  })

  it('O07 links the account after a reset, which revokes its earlier sessions and keys', async () => {
    const { signInAs, signUp, ask, mailsTo } = await openOAuth()
    const squatter = await signUp('Victim')
    const path = `/api/organizations/${squatter.organizationId}/api-keys`
    const form = { name: 'Back door', scopes: ['mcp:read'] }
    const { key } = (await ask('POST', path, form, { bearer: squatter.token })).body
    const project = await ask(
      'POST',
      `/api/organizations/${squatter.organizationId}/projects`,
      { name: 'P' },
      { bearer: squatter.token },
    )
    const workOrders = `/api/projects/${project.body.id}/planner/work-orders`
    expect((await ask('GET', workOrders, undefined, { bearer: key })).status).toBe(200)

    await ask('POST', '/api/auth/forgot-password', { email: squatter.email })
    const token = (await mailsTo(squatter.email))[0]?.tokens[0]
    await ask('POST', '/api/auth/reset-password', { token, newPassword: 'the victim’s own' })
    const { session } = await signInAs(squatter.email)
    expect(session.user.id).toBe(squatter.id)
    for (const bearer of [squatter.token, key])
      expect((await ask('GET', workOrders, undefined, { bearer })).status).toBe(401)
  })

  it.each([
    ['has no email', { account: '900000103' }],
    ['has an unverified email', { account: '900000102' }],
    ['has Ada’s email, unverified', { account: 'ada.too@example.org', emailVerified: false }],
    [
      'has the email of an account without a password, unverified',
      { account: 'luigi@example.org', emailVerified: false },
    ],
  ])('creates no user if the provider account %s', async (_, { account, ...others }) => {
    const { signInAs, store } = await openOAuth()
    const before = await store.count('users', {})
    expect((await signInAs(account, others)).error).toBe('email_not_found')
    expect(await store.count('users', {})).toBe(before)
  })

  it('rejects a disabled account with access_denied', async () => {
    const { signInAs, settings } = await openOAuth()
    await settings({ users: [{ user: ids.charles, status: 'disabled' }] })
    expect((await signInAs('charles@example.org')).error).toBe('access_denied')
  })

  it('creates a new account if the linked one was deleted', async () => {
    const { signInAs, settings, ask } = await openOAuth()
    await settings({ users: [{ user: ids.charles, status: 'deleted' }] })
    const { session } = await signInAs('charles@example.org')
    expect(session.user.id).not.toBe(ids.charles)
    expect((await ask('GET', paths.keys, undefined, { bearer: tokens.charles })).status).toBe(401)
  })

  it('logs neither token, code nor state', async () => {
    const { signInAs, lines } = await openOAuth()
    const { token } = await signInAs('charles@example.org')
    expect(JSON.stringify(lines)).toContain('/api/auth/oauth/github/callback')
    expect(JSON.stringify(lines)).not.toContain(token)
    expect(JSON.stringify(lines)).not.toMatch(/code=|state=/)
  })
})
