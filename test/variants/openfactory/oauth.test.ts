import { describe, expect, it } from 'vitest'
import type { TestSettings } from '../../support/sandbox.ts'
import { ids, issues, openFactory, paths, tally, times, tokens, told } from './support.ts'

const invalidState = [400, 'INVALID_STATE', 'Invalid or expired state parameter']
const providerNotFound = [404, 'PROVIDER_NOT_FOUND', 'Provider not found']

interface Journey {
  provider?: string
  redirectTo?: string
}

/** A sandbox and a browser, which goes wherever it is sent. */
async function scene(settings: TestSettings = {}) {
  const factory = await openFactory(settings)
  const { ask, control } = factory

  /** @returns what the browser has when it leaves for the provider */
  async function start({ provider = 'github', redirectTo = '/projects' }: Journey = {}) {
    const query = new URLSearchParams({ redirectTo })
    const answer = await ask('GET', `/api/auth/oauth/${provider}?${query}`)
    if (answer.status !== 302) throw new Error(`No way to ${provider}: ${JSON.stringify(answer.body)}`)
    const location = new URL(answer.headers.get('location') ?? '')
    const setCookie = answer.headers.get('set-cookie') ?? ''
    return {
      location,
      setCookie,
      headers: answer.headers,
      state: location.searchParams.get('state') ?? '',
      cookie: setCookie.split(';')[0] ?? '',
    }
  }

  /** What somebody decides at the provider. @returns the path of the way back */
  async function decide(location: URL, about: object) {
    await ask('GET', location.pathname + location.search)
    const consent = location.searchParams.get('state')
    const { redirectTo } = await control<{ redirectTo: string }>('oauth', { consent, ...about })
    const back = new URL(redirectTo)
    return back.pathname + back.search
  }

  const comeBack = (path: string, cookie?: string) =>
    ask('GET', path, undefined, { headers: { ...(cookie !== undefined && { cookie }) } })

  /** The whole way. @returns where the browser lands */
  async function travel(about: object, journey: Journey = {}) {
    const { location, cookie } = await start(journey)
    const answer = await comeBack(await decide(location, about), cookie)
    if (answer.status !== 302) throw new Error(`No landing: ${JSON.stringify(answer.body)}`)
    return new URL(answer.headers.get('location') ?? '')
  }

  const signInAs = async (account: string, journey: Journey & { emailVerified?: boolean } = {}) => {
    const { emailVerified, ...others } = journey
    const consent = { decision: 'approve', account, ...(emailVerified !== undefined && { emailVerified }) }
    const landing = await travel(consent, others)
    const token = new URLSearchParams(landing.hash.slice(1)).get('token') ?? ''
    const session = await ask('GET', '/api/auth/session', undefined, { bearer: token })
    return { landing, token, session: session.body, error: landing.searchParams.get('error') }
  }

  return { ...factory, start, decide, comeBack, travel, signInAs }
}

describe('the way to a provider', () => {
  it.each([
    ['github', 'read:user user:email'],
    ['google', 'openid email profile'],
  ])('leads to %s, with state, PKCE and our callback', async (provider, scope) => {
    const { start, publicUrl } = await scene()
    const { location, headers, state } = await start({ provider })
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      response_type: 'code',
      redirect_uri: `${publicUrl}/api/auth/oauth/${provider}/callback`,
      scope,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(state).toMatch(/^[\w-]{43}$/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect((await start({ provider })).state).not.toBe(state)
  })

  it('B02 is held to the browser by a cookie, under the strictest name that the address allows', async () => {
    const plain = (await (await scene()).start()).setCookie
    expect(plain).toMatch(/^of_oauth_state=[\w-]{43};/)
    const parts = (cookie: string) => cookie.split('; ').slice(1).sort()
    expect(parts(plain)).toEqual(['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax'])
    const secure = (await (await scene({ publicUrl: 'https://factory.example.org' })).start()).setCookie
    expect(secure).toMatch(/^__Host-of_oauth_state=[\w-]{43};/)
    expect(parts(secure)).toEqual(['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax', 'Secure'])
  })

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/%2f%2fevil.example',
    'https:evil.example',
    'https://evil.example/',
    'https://factory.example.org@evil.example/',
    'https://factory.example.org.evil.example/',
    'https://fаctory.example.org/',
    'javascript:alert(1)',
    '/projects%0d%0aSet-Cookie:a=b',
    '/pro\tjects',
    '/pro\0jects',
    'http://2130706433/',
    'projects',
    '',
  ])('does not begin for the landing %j', async (redirectTo) => {
    const { ask } = await scene()
    const answer = await ask('GET', `/api/auth/oauth/github?${new URLSearchParams({ redirectTo })}`)
    expect([answer.status, answer.body.error.details.issues[0].path]).toEqual([422, 'redirectTo'])
    expect(answer.headers.get('location')).toBeNull()
  })

  it('does not begin for two landings', async () => {
    const { ask } = await scene()
    expect(issues(await ask('GET', '/api/auth/oauth/github?redirectTo=/&redirectTo=/b'))).toEqual([
      422,
      'redirectTo: Must be a string',
    ])
  })

  it('does not exist for providers that are unknown or unconfigured, either way', async () => {
    const { ask, settings } = await scene()
    await settings({ providers: { google: 'unconfigured' } })
    for (const provider of ['gitlab', 'twitter', 'GitHub', 'google', '__proto__']) {
      expect(told(await ask('GET', `/api/auth/oauth/${provider}`))).toEqual(providerNotFound)
      expect(told(await ask('GET', `/api/auth/oauth/${provider}/callback?state=x`))).toEqual(providerNotFound)
    }
  })
})

describe('the way back', () => {
  it('ends where it was meant to, with the session in the fragment only', async () => {
    const { signInAs } = await scene()
    const { landing, token } = await signInAs('charles@example.org', { redirectTo: '/projects?tab=1#top' })
    expect([landing.origin, landing.pathname, landing.search]).toEqual([
      'https://factory.example.org',
      '/projects',
      '?tab=1',
    ])
    const fragment = new URLSearchParams(landing.hash.slice(1))
    expect([...fragment.keys()]).toEqual(['token', 'expiresAt'])
    expect(token).toMatch(/^[0-9a-f]{64}$/)
    expect(Date.parse(fragment.get('expiresAt') ?? '')).toBeGreaterThan(Date.now() + 29 * 24 * 3_600_000)
  })

  it.each([
    ['https://factory.example.org/a', 'https://factory.example.org/a'],
    ['http://localhost:5173/cb?x=1', 'http://localhost:5173/cb'],
    ['/', 'https://factory.example.org/'],
  ])('may end at %s', async (redirectTo, end) => {
    const { signInAs } = await scene()
    const { landing } = await signInAs('charles@example.org', { redirectTo })
    expect(landing.origin + landing.pathname).toBe(end)
  })

  it('ends at the root of the web application unless something else was asked for', async () => {
    const { ask, decide, comeBack } = await scene()
    const answer = await ask('GET', '/api/auth/oauth/github')
    const location = new URL(answer.headers.get('location') ?? '')
    const back = await decide(location, { decision: 'deny' })
    const end = await comeBack(back, answer.headers.get('set-cookie')?.split(';')[0])
    expect(end.headers.get('location')).toBe('https://factory.example.org/?error=access_denied')
  })

  it('clears the cookie, and keeps its address to itself', async () => {
    const { start, decide, comeBack } = await scene()
    const { location, cookie } = await start()
    const back = await decide(location, { decision: 'approve', account: 'charles@example.org' })
    const { headers } = await comeBack(back, cookie)
    expect(headers.get('set-cookie')).toMatch(/^of_oauth_state=; /)
    expect(headers.get('set-cookie')).toContain('Max-Age=0')
    expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ])
  })

  it('is open once, even to 20 who come at once', async () => {
    const { start, decide, comeBack, store, settings } = await scene()
    await settings({ rateLimits: false })
    const { location, cookie } = await start()
    const back = await decide(location, { decision: 'approve', account: 'charles@example.org' })
    const before = await store.count('sessions', { userId: ids.charles })
    const answers = await Promise.all(times(20, () => comeBack(back, cookie)))
    expect(tally(answers)).toEqual({ 302: 1, 400: 19 })
    expect((await store.count('sessions', { userId: ids.charles })) - before).toBe(1)
    expect(told(await comeBack(back, cookie))).toEqual(invalidState)
  })

  it('is closed to other browsers, and stays open to the right one', async () => {
    const { start, decide, comeBack } = await scene()
    const { location, cookie } = await start()
    const other = await start()
    const back = await decide(location, { decision: 'approve', account: 'charles@example.org' })
    for (const wrong of [undefined, '', 'of_oauth_state=', `${cookie}x`, other.cookie, `other_${cookie}`])
      expect(told(await comeBack(back, wrong))).toEqual(invalidState)
    expect((await comeBack(back, `a=b; ${cookie}; c=d`)).status).toBe(302)
  })

  it('is closed to what came from another provider, or says that it did', async () => {
    const { start, decide, comeBack } = await scene()
    const { location, cookie } = await start()
    const back = await decide(location, { decision: 'approve', account: 'charles@example.org' })
    expect(told(await comeBack(back.replace('github', 'google'), cookie))).toEqual(invalidState)
    expect(told(await comeBack(`${back}&iss=https://evil.example`, cookie))).toEqual(invalidState)
    expect((await comeBack(back, cookie)).status).toBe(302)
  })

  it('is closed after 10 minutes', async () => {
    const { start, decide, comeBack, advance } = await scene()
    const { location, cookie } = await start()
    const back = await decide(location, { decision: 'deny' })
    await advance(601)
    expect(told(await comeBack(back, cookie))).toEqual(invalidState)
  })

  it.each([
    '',
    '?code=c',
    '?state=',
    '?state=a&state=b',
    '?state=%00',
    '?code=a&code=b&state=x',
    '?state=%zz',
  ])('is closed to %j', async (query) => {
    const { comeBack } = await scene()
    const answer = await comeBack(`/api/auth/oauth/github/callback${query}`)
    expect(told(answer)).toEqual(invalidState)
    expect(answer.headers.get('location')).toBeNull()
  })

  it.each([
    ['access_denied', 'access_denied'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
    ['<script>', 'access_denied'],
  ])('repeats the provider’s %s as %s', async (error, told) => {
    const { start, comeBack } = await scene()
    const { state, cookie } = await start()
    const query = new URLSearchParams({ state, error, error_description: 'No & no.' })
    const { headers } = await comeBack(`/api/auth/oauth/github/callback?${query}`, cookie)
    expect(headers.get('location')).toBe(`https://factory.example.org/projects?error=${told}`)
  })

  it.each([
    ['without a code', '', 'no_code'],
    ['with a code that the provider does not know', '&code=made-up', 'invalid_code'],
  ])('%s signs nobody in', async (_, more, error) => {
    const { start, comeBack, store } = await scene()
    const before = [await store.count('users', {}), await store.count('sessions', {})]
    const { state, cookie } = await start()
    const { headers } = await comeBack(`/api/auth/oauth/github/callback?state=${state}${more}`, cookie)
    expect(headers.get('location')).toBe(`https://factory.example.org/projects?error=${error}`)
    expect([await store.count('users', {}), await store.count('sessions', {})]).toEqual(before)
  })

  it('does not depend on anybody’s good will when the provider fails', async () => {
    const { start, decide, comeBack, settings } = await scene()
    const { location, cookie } = await start({ provider: 'google' })
    const back = await decide(location, { decision: 'approve', account: 'mary@example.org' })
    await settings({ providers: { google: 'failing' } })
    expect((await comeBack(back, cookie)).headers.get('location')).toBe(
      'https://factory.example.org/projects?error=unable_to_get_user_info',
    )
  })
})

describe('who comes through a provider', () => {
  it('is who the provider’s account is linked to', async () => {
    const { signInAs } = await scene()
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

  it('gets an account and an organization, if nobody has the address', async () => {
    const { signInAs, store } = await scene()
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

  it('is linked to an account of the same, verified address', async () => {
    const { signInAs } = await scene()
    const { session } = await signInAs('charles@example.org', { provider: 'google' })
    expect(session.user.id).toBe(ids.charles)
  })

  it('O07 is linked to an invited account without a password, whose picture it gets', async () => {
    const { signInAs, ask } = await scene()
    const { session } = await signInAs('luigi@example.org')
    expect(session).toMatchObject({ user: { id: ids.luigi }, organizationId: ids.analyticalEngines })
    expect(session.user.avatarUrl).toEqual(expect.any(String))
    // Mails from before are void, since whoever asked for them may not have been the owner.
    const form = { token: 'beef'.repeat(16), newPassword: 'sketch-of-the-engine-4' }
    expect((await ask('POST', '/api/auth/reset-password', form)).status).toBe(400)
  })

  it('O07 does not get an account that somebody opened without proving the address', async () => {
    const { signInAs, signUp, ask } = await scene()
    const { email, token } = await signUp('Mallory')
    expect((await signInAs(email)).error).toBe('account_not_linked')
    expect((await signInAs('ada@example.org')).error).toBe('account_not_linked')
    expect((await ask('GET', '/api/auth/session', undefined, { bearer: token })).status).toBe(200)
  })

  it('O07 gets it after proving the address, and nothing of its past opens it any more', async () => {
    const { signInAs, signUp, ask, mailsTo } = await scene()
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
    ['has no address', { account: '900000103' }],
    ['has one that nobody vouches for', { account: '900000102' }],
    ['has Ada’s, which nobody vouches for', { account: 'ada.too@example.org', emailVerified: false }],
    [
      'has that of an invited person, which nobody vouches for',
      { account: 'luigi@example.org', emailVerified: false },
    ],
  ])('is nobody when the account %s', async (_, { account, ...others }) => {
    const { signInAs, store } = await scene()
    const before = await store.count('users', {})
    expect((await signInAs(account, others)).error).toBe('email_not_found')
    expect(await store.count('users', {})).toBe(before)
  })

  it('is nobody when the account here is disabled', async () => {
    const { signInAs, settings } = await scene()
    await settings({ users: [{ user: ids.charles, status: 'disabled' }] })
    expect((await signInAs('charles@example.org')).error).toBe('access_denied')
  })

  it('stays the same person when the provider’s address changes hands', async () => {
    const { signInAs, settings, ask } = await scene()
    await settings({ users: [{ user: ids.charles, status: 'deleted' }] })
    const { session } = await signInAs('charles@example.org')
    expect(session.user.id).not.toBe(ids.charles)
    expect((await ask('GET', paths.keys, undefined, { bearer: tokens.charles })).status).toBe(401)
  })

  it('leaves no secret in the log', async () => {
    const { signInAs, lines } = await scene()
    const { token } = await signInAs('charles@example.org')
    expect(JSON.stringify(lines)).toContain('/api/auth/oauth/github/callback')
    expect(JSON.stringify(lines)).not.toContain(token)
    expect(JSON.stringify(lines)).not.toMatch(/code=|state=/)
  })
})
