import { describe, expect, it } from 'vitest'
import type { TestSettings } from '../../support/sandbox.ts'
import { countStatuses, errorOf, ids, issues, openFactory, paths, times, tokens } from './support.ts'

const invalidState = [400, 'INVALID_STATE', 'Invalid or expired state parameter']
const providerNotFound = [404, 'PROVIDER_NOT_FOUND', 'Provider not found']

interface Journey {
  provider?: string
  redirectTo?: string
}

/** A sandbox, and a browser that follows redirects. */
async function setUp(settings: TestSettings = {}) {
  const factory = await openFactory(settings)
  const { ask, control } = factory

  /** @returns the redirect to the provider, and the cookie of the browser */
  async function start({ provider = 'github', redirectTo = '/projects' }: Journey = {}) {
    const query = new URLSearchParams({ redirectTo })
    const response = await ask('GET', `/api/auth/oauth/${provider}?${query}`)
    if (response.status !== 302)
      throw new Error(`No redirect to ${provider}: ${JSON.stringify(response.body)}`)
    const location = new URL(response.headers.get('location') ?? '')
    const setCookie = response.headers.get('set-cookie') ?? ''
    return {
      location,
      setCookie,
      headers: response.headers,
      state: location.searchParams.get('state') ?? '',
      cookie: setCookie.split(';')[0] ?? '',
    }
  }

  /**
   * Decides the consent at the provider.
   * @returns the path and query of the callback
   */
  async function decide(location: URL, about: object) {
    await ask('GET', location.pathname + location.search)
    const consent = location.searchParams.get('state')
    const { redirectTo } = await control<{ redirectTo: string }>('oauth', { consent, ...about })
    const back = new URL(redirectTo)
    return back.pathname + back.search
  }

  const comeBack = (path: string, cookie?: string) =>
    ask('GET', path, undefined, { headers: { ...(cookie !== undefined && { cookie }) } })

  /**
   * Runs the whole flow.
   * @returns the URL that the browser arrives at
   */
  async function travel(about: object, journey: Journey = {}) {
    const { location, cookie } = await start(journey)
    const response = await comeBack(await decide(location, about), cookie)
    if (response.status !== 302)
      throw new Error(`No redirect to the frontend: ${JSON.stringify(response.body)}`)
    return new URL(response.headers.get('location') ?? '')
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

describe('starting OAuth', () => {
  it.each([
    ['github', 'read:user user:email'],
    ['google', 'openid email profile'],
  ])('redirects to %s with state, PKCE and the callback of the API', async (provider, scope) => {
    const { start, publicUrl } = await setUp()
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

  it('B02 binds the flow to the browser by a cookie, named __Host- where https allows it', async () => {
    const plain = (await (await setUp()).start()).setCookie
    expect(plain).toMatch(/^of_oauth_state_[0-9a-f]{12}=[\w-]{43};/)
    const parts = (cookie: string) => cookie.split('; ').slice(1).sort()
    expect(parts(plain)).toEqual(['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax'])
    const below = (await (await setUp({ publicUrl: 'http://localhost:4000/below/it' })).start()).setCookie
    expect(parts(below)).toContain('Path=/below/it')
    // The prefix requires the path to be `/`, wherever the server is.
    const publicUrl = 'https://factory.example.org/below/it'
    const secure = (await (await setUp({ publicUrl })).start()).setCookie
    expect(secure).toMatch(/^__Host-of_oauth_state_[0-9a-f]{12}=[\w-]{43};/)
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
  ])('rejects redirectTo %j', async (redirectTo) => {
    const { ask } = await setUp()
    const response = await ask('GET', `/api/auth/oauth/github?${new URLSearchParams({ redirectTo })}`)
    expect([response.status, response.body.error.details.issues[0].path]).toEqual([422, 'redirectTo'])
    expect(response.headers.get('location')).toBeNull()
  })

  it('rejects a repeated redirectTo', async () => {
    const { ask } = await setUp()
    expect(issues(await ask('GET', '/api/auth/oauth/github?redirectTo=/&redirectTo=/b'))).toEqual([
      422,
      'redirectTo: Must be a string',
    ])
  })

  it('returns 404 for unknown and unconfigured providers, at the start and at the callback', async () => {
    const { ask, settings } = await setUp()
    await settings({ providers: { google: 'unconfigured' } })
    for (const provider of ['gitlab', 'twitter', 'GitHub', 'google', '__proto__']) {
      expect(errorOf(await ask('GET', `/api/auth/oauth/${provider}`))).toEqual(providerNotFound)
      expect(errorOf(await ask('GET', `/api/auth/oauth/${provider}/callback?state=x`))).toEqual(
        providerNotFound,
      )
    }
  })
})

describe('the OAuth callback', () => {
  it('redirects to redirectTo with the session only in the fragment', async () => {
    const { signInAs } = await setUp()
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
  ])('accepts redirectTo %s', async (redirectTo, end) => {
    const { signInAs } = await setUp()
    const { landing } = await signInAs('charles@example.org', { redirectTo })
    expect(landing.origin + landing.pathname).toBe(end)
  })

  it('redirects to the root of the web application if redirectTo is absent', async () => {
    const { ask, decide, comeBack } = await setUp()
    const response = await ask('GET', '/api/auth/oauth/github')
    const location = new URL(response.headers.get('location') ?? '')
    const back = await decide(location, { decision: 'deny' })
    const end = await comeBack(back, response.headers.get('set-cookie')?.split(';')[0])
    expect(end.headers.get('location')).toBe('https://factory.example.org/?error=access_denied#')
  })

  it('deletes the state cookie and forbids caching and referrers', async () => {
    const { start, decide, comeBack } = await setUp()
    const { location, cookie } = await start()
    const back = await decide(location, { decision: 'approve', account: 'charles@example.org' })
    const { headers } = await comeBack(back, cookie)
    expect(headers.get('set-cookie')).toContain(`${cookie.split('=')[0]}=; `)
    expect(headers.get('set-cookie')).toContain('Max-Age=0')
    expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ])
  })

  it('accepts a state once, even in 20 concurrent callbacks', async () => {
    const { start, decide, comeBack, store, settings } = await setUp()
    await settings({ rateLimits: false })
    const { location, cookie } = await start()
    const back = await decide(location, { decision: 'approve', account: 'charles@example.org' })
    const before = await store.count('sessions', { userId: ids.charles })
    const responses = await Promise.all(times(20, () => comeBack(back, cookie)))
    expect(countStatuses(responses)).toEqual({ 302: 1, 400: 19 })
    expect((await store.count('sessions', { userId: ids.charles })) - before).toBe(1)
    expect(errorOf(await comeBack(back, cookie))).toEqual(invalidState)
  })

  it('rejects the callback in other browsers without using up the state', async () => {
    const { start, decide, comeBack } = await setUp()
    const { location, cookie } = await start()
    const other = await start()
    const back = await decide(location, { decision: 'approve', account: 'charles@example.org' })
    for (const wrong of [
      undefined,
      '',
      `${cookie.split('=')[0]}=`,
      `${cookie}x`,
      other.cookie,
      `other_${cookie}`,
    ])
      expect(errorOf(await comeBack(back, wrong))).toEqual(invalidState)
    expect((await comeBack(back, `a=b; ${cookie}; c=d`)).status).toBe(302)
  })

  it('completes the sign-ins of several tabs of a browser, and after an unrelated callback', async () => {
    const { start, decide, comeBack } = await setUp()
    const [first, second] = [await start(), await start({ provider: 'google' })]
    const cookie = `${first.cookie}; ${second.cookie}`
    const approved = { decision: 'approve', account: 'charles@example.org' }
    const backs = [await decide(first.location, approved), await decide(second.location, approved)]
    expect(errorOf(await comeBack('/api/auth/oauth/github/callback?state=x&code=y', cookie))).toEqual(
      invalidState,
    )
    for (const back of backs) {
      const { status, headers } = await comeBack(back, cookie)
      expect([status, headers.get('location')]).toEqual([302, expect.stringContaining('#token=')])
    }
  })

  it('rejects the callback and the issuer of another provider without using up the state', async () => {
    const { start, decide, comeBack } = await setUp()
    const { location, cookie } = await start()
    const back = await decide(location, { decision: 'approve', account: 'charles@example.org' })
    expect(errorOf(await comeBack(back.replace('github', 'google'), cookie))).toEqual(invalidState)
    expect(errorOf(await comeBack(`${back}&iss=https://evil.example`, cookie))).toEqual(invalidState)
    expect((await comeBack(back, cookie)).status).toBe(302)
  })

  it('rejects a state after 10 minutes', async () => {
    const { start, decide, comeBack, advance } = await setUp()
    const { location, cookie } = await start()
    const back = await decide(location, { decision: 'deny' })
    await advance(601)
    expect(errorOf(await comeBack(back, cookie))).toEqual(invalidState)
  })

  it.each([
    '',
    '?code=c',
    '?state=',
    '?state=a&state=b',
    '?state=%00',
    '?code=a&code=b&state=x',
    '?state=%zz',
  ])('rejects the query %j with INVALID_STATE', async (query) => {
    const { comeBack } = await setUp()
    const response = await comeBack(`/api/auth/oauth/github/callback${query}`)
    expect(errorOf(response)).toEqual(invalidState)
    expect(response.headers.get('location')).toBeNull()
  })

  it.each([
    ['access_denied', 'access_denied'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
    ['<script>', 'access_denied'],
  ])('reports the provider error %s as %s', async (error, expected) => {
    const { start, comeBack } = await setUp()
    const { state, cookie } = await start()
    const query = new URLSearchParams({ state, error, error_description: 'No & no.' })
    const { headers } = await comeBack(`/api/auth/oauth/github/callback?${query}`, cookie)
    expect(headers.get('location')).toBe(`https://factory.example.org/projects?error=${expected}#`)
  })

  it.each([
    ['missing', '', 'no_code'],
    ['unknown', '&code=made-up', 'invalid_code'],
  ])('creates no user and no session if the code is %s', async (_, more, error) => {
    const { start, comeBack, store } = await setUp()
    const before = [await store.count('users', {}), await store.count('sessions', {})]
    const { state, cookie } = await start()
    const { headers } = await comeBack(`/api/auth/oauth/github/callback?state=${state}${more}`, cookie)
    expect(headers.get('location')).toBe(`https://factory.example.org/projects?error=${error}#`)
    expect([await store.count('users', {}), await store.count('sessions', {})]).toEqual(before)
  })

  it('redirects with an error if the provider fails', async () => {
    const { start, decide, comeBack, settings } = await setUp()
    const { location, cookie } = await start({ provider: 'google' })
    const back = await decide(location, { decision: 'approve', account: 'mary@example.org' })
    await settings({ providers: { google: 'failing' } })
    expect((await comeBack(back, cookie)).headers.get('location')).toBe(
      'https://factory.example.org/projects?error=unable_to_get_user_info#',
    )
  })
})

describe('signing in through a provider', () => {
  it('signs in the user whose account is linked', async () => {
    const { signInAs } = await setUp()
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
    const { signInAs, store } = await setUp()
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
    const { signInAs } = await setUp()
    const { session } = await signInAs('charles@example.org', { provider: 'google' })
    expect(session.user.id).toBe(ids.charles)
  })

  it('O07 links an unverified account without a password and sets its picture', async () => {
    const { signInAs, ask } = await setUp()
    const { session } = await signInAs('luigi@example.org')
    expect(session).toMatchObject({ user: { id: ids.luigi }, organizationId: ids.analyticalEngines })
    expect(session.user.avatarUrl).toEqual(expect.any(String))
    // Earlier reset emails are void, because an attacker may have requested them.
    const form = { token: 'beef'.repeat(16), newPassword: 'sketch-of-the-engine-4' }
    expect((await ask('POST', '/api/auth/reset-password', form)).status).toBe(400)
  })

  it('O07 signs up the owner of an invited email in a new organization', async () => {
    const { signInAs, ask } = await setUp()
    const form = { email: 'robin.reed@example.com', role: 'member' }
    await ask('POST', paths.members, form, { bearer: tokens.ada })
    const { session } = await signInAs(form.email)
    expect(session.organizationId).not.toBe(ids.analyticalEngines)
  })

  it('O07 does not link an account with a password whose email was never verified', async () => {
    const { signInAs, signUp, ask } = await setUp()
    const { email, token } = await signUp('Mallory')
    expect((await signInAs(email)).error).toBe('account_not_linked')
    expect((await signInAs('ada@example.org')).error).toBe('account_not_linked')
    expect((await ask('GET', '/api/auth/session', undefined, { bearer: token })).status).toBe(200)
  })

  it('O07 links the account after a reset, which revokes its earlier sessions and keys', async () => {
    const { signInAs, signUp, ask, mailsTo } = await setUp()
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
    const { signInAs, store } = await setUp()
    const before = await store.count('users', {})
    expect((await signInAs(account, others)).error).toBe('email_not_found')
    expect(await store.count('users', {})).toBe(before)
  })

  it('rejects a disabled account with access_denied', async () => {
    const { signInAs, settings } = await setUp()
    await settings({ users: [{ user: ids.charles, status: 'disabled' }] })
    expect((await signInAs('charles@example.org')).error).toBe('access_denied')
  })

  it('creates a new account if the linked one was deleted', async () => {
    const { signInAs, settings, ask } = await setUp()
    await settings({ users: [{ user: ids.charles, status: 'deleted' }] })
    const { session } = await signInAs('charles@example.org')
    expect(session.user.id).not.toBe(ids.charles)
    expect((await ask('GET', paths.keys, undefined, { bearer: tokens.charles })).status).toBe(401)
  })

  it('logs neither token, code nor state', async () => {
    const { signInAs, lines } = await setUp()
    const { token } = await signInAs('charles@example.org')
    expect(JSON.stringify(lines)).toContain('/api/auth/oauth/github/callback')
    expect(JSON.stringify(lines)).not.toContain(token)
    expect(JSON.stringify(lines)).not.toMatch(/code=|state=/)
  })
})
