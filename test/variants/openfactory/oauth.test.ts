import { describe, expect, it } from 'vitest'
import { openOAuth } from './oauth-journey.ts'
import { countStatuses, errorOf, ids, issues, times } from './support.ts'

const invalidState = [400, 'INVALID_STATE', 'Invalid or expired state parameter']

const providerNotFound = [404, 'PROVIDER_NOT_FOUND', 'Provider not found']

describe('starting OAuth', () => {
  it.each([
    ['github', 'read:user user:email'],
    ['google', 'openid email profile'],
  ])('redirects to %s with state, PKCE and the callback of the API', async (provider, scope) => {
    const { start, publicUrl } = await openOAuth()
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
    const plain = (await (await openOAuth()).start()).setCookie
    expect(plain).toMatch(/^of_oauth_state_[0-9a-f]{12}=[\w-]{43};/)
    const parts = (cookie: string) => cookie.split('; ').slice(1).sort()
    expect(parts(plain)).toEqual(['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax'])
    const below = (await (await openOAuth({ publicUrl: 'http://localhost:4000/below/it' })).start()).setCookie
    expect(parts(below)).toContain('Path=/below/it')
    // The prefix requires the path to be `/`, wherever the server is.
    const publicUrl = 'https://factory.example.org/below/it'
    const secure = (await (await openOAuth({ publicUrl })).start()).setCookie
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
    const { ask } = await openOAuth()
    const response = await ask('GET', `/api/auth/oauth/github?${new URLSearchParams({ redirectTo })}`)
    expect([response.status, response.body.error.details.issues[0].path]).toEqual([422, 'redirectTo'])
    expect(response.headers.get('location')).toBeNull()
  })

  it('rejects a repeated redirectTo', async () => {
    const { ask } = await openOAuth()
    expect(issues(await ask('GET', '/api/auth/oauth/github?redirectTo=/&redirectTo=/b'))).toEqual([
      422,
      'redirectTo: Must be a string',
    ])
  })

  it('returns 404 for unknown and unconfigured providers, at the start and at the callback', async () => {
    const { ask, settings } = await openOAuth()
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
    const { signInAs } = await openOAuth()
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
    const { signInAs } = await openOAuth()
    const { landing } = await signInAs('charles@example.org', { redirectTo })
    expect(landing.origin + landing.pathname).toBe(end)
  })

  it('redirects to the root of the web application if redirectTo is absent', async () => {
    const { ask, decide, comeBack } = await openOAuth()
    const response = await ask('GET', '/api/auth/oauth/github')
    const location = new URL(response.headers.get('location') ?? '')
    const back = await decide(location, { decision: 'deny' })
    const end = await comeBack(back, response.headers.get('set-cookie')?.split(';')[0])
    expect(end.headers.get('location')).toBe('https://factory.example.org/?error=access_denied#')
  })

  it('deletes the state cookie and forbids caching and referrers', async () => {
    const { start, decide, comeBack } = await openOAuth()
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
    const { start, decide, comeBack, store, settings } = await openOAuth()
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
    const { start, decide, comeBack } = await openOAuth()
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
    const { start, decide, comeBack } = await openOAuth()
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
    const { start, decide, comeBack } = await openOAuth()
    const { location, cookie } = await start()
    const back = await decide(location, { decision: 'approve', account: 'charles@example.org' })
    expect(errorOf(await comeBack(back.replace('github', 'google'), cookie))).toEqual(invalidState)
    expect(errorOf(await comeBack(`${back}&iss=https://evil.example`, cookie))).toEqual(invalidState)
    expect((await comeBack(back, cookie)).status).toBe(302)
  })

  it('rejects a state after 10 minutes', async () => {
    const { start, decide, comeBack, advance } = await openOAuth()
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
    const { comeBack } = await openOAuth()
    const response = await comeBack(`/api/auth/oauth/github/callback${query}`)
    expect(errorOf(response)).toEqual(invalidState)
    expect(response.headers.get('location')).toBeNull()
  })

  it.each([
    ['access_denied', 'access_denied'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
    ['<script>', 'access_denied'],
  ])('reports the provider error %s as %s', async (error, expected) => {
    const { start, comeBack } = await openOAuth()
    const { state, cookie } = await start()
    const query = new URLSearchParams({ state, error, error_description: 'No & no.' })
    const { headers } = await comeBack(`/api/auth/oauth/github/callback?${query}`, cookie)
    expect(headers.get('location')).toBe(`https://factory.example.org/projects?error=${expected}#`)
  })

  it.each([
    ['missing', '', 'no_code'],
    ['unknown', '&code=made-up', 'invalid_code'],
  ])('creates no user and no session if the code is %s', async (_, more, error) => {
    const { start, comeBack, store } = await openOAuth()
    const before = [await store.count('users', {}), await store.count('sessions', {})]
    const { state, cookie } = await start()
    const { headers } = await comeBack(`/api/auth/oauth/github/callback?state=${state}${more}`, cookie)
    expect(headers.get('location')).toBe(`https://factory.example.org/projects?error=${error}#`)
    expect([await store.count('users', {}), await store.count('sessions', {})]).toEqual(before)
  })

  it('redirects with an error if the provider fails', async () => {
    const { start, decide, comeBack, settings } = await openOAuth()
    const { location, cookie } = await start({ provider: 'google' })
    const back = await decide(location, { decision: 'approve', account: 'mary@example.org' })
    await settings({ providers: { google: 'failing' } })
    expect((await comeBack(back, cookie)).headers.get('location')).toBe(
      'https://factory.example.org/projects?error=unable_to_get_user_info#',
    )
  })
})
