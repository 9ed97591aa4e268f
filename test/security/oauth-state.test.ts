import { describe, expect, it } from 'vitest'
import { robin } from '../adapters/oauth.fixture.ts'
import { modifyUrl, openOAuthFlows } from './oauth-flows.ts'
import { casesWith, openTestServer, times } from './test-server.ts'

describe.each(casesWith('oauth'))('$name', (testCase) => {
  it('O01 creates random states and stores none', async () => {
    const { startFlow, dump } = await openOAuthFlows(testCase)
    const states = (await Promise.all(times(20, () => startFlow()))).map(({ state }) => state)
    expect(new Set(states).size).toBe(20)
    const stored = await dump()
    for (const state of states) {
      expect(Buffer.from(state, 'base64url').length).toBeGreaterThanOrEqual(16)
      expect(stored).not.toContain(state)
    }
  })

  it('O01 rejects missing, altered and foreign states without calling the provider', async () => {
    const { startFlow, approve, callBack, calls, oauthApi, countRows } = await openOAuthFlows(testCase)
    const flow = await startFlow()
    const callbackUrl = await approve(flow)
    const other = await startFlow()
    const before = await countRows()
    const wrong: [URL, string?][] = [
      [modifyUrl(callbackUrl, (query) => query.delete('state')), flow.cookie],
      [modifyUrl(callbackUrl, (query) => query.set('state', '')), flow.cookie],
      [modifyUrl(callbackUrl, (query) => query.set('state', `${flow.state}x`)), flow.cookie],
      [modifyUrl(callbackUrl, (query) => query.set('state', flow.state.slice(0, -1))), flow.cookie],
      [modifyUrl(callbackUrl, (query) => query.set('state', 'A'.repeat(43))), flow.cookie],
    ]
    if (oauthApi.bindsBrowser)
      wrong.push(
        [callbackUrl],
        [callbackUrl, other.cookie],
        [modifyUrl(callbackUrl, (query) => query.set('state', other.state))],
      )
    for (const [url, cookie] of wrong) {
      const response = await callBack(url, cookie)
      expect([url.search, cookie, response.status]).toEqual([url.search, cookie, 400])
      expect(oauthApi.credentialIn(response)).toBeUndefined()
    }
    expect(await countRows()).toEqual(before)
    expect(calls).toEqual([])
    // The failed attempts have not consumed the valid state.
    expect(oauthApi.credentialIn(await callBack(callbackUrl, flow.cookie))).toBeDefined()
  })

  it('O01 accepts a state for 10 minutes', async () => {
    const { startFlow, approve, callBack, calls, oauthApi, advance } = await openOAuthFlows(testCase)
    const [first, second] = [await startFlow(), await startFlow()]
    const [early, late] = [await approve(first), await approve(second, { ...robin, subject: '102' })]
    await advance(595)
    expect(oauthApi.credentialIn(await callBack(early, first.cookie))).toBeDefined()
    const before = calls.length
    await advance(6)
    expect((await callBack(late, second.cookie)).status).toBe(400)
    expect(calls.length).toBe(before)
  })

  it('O03 redeems a code once for 20 concurrent callbacks and rejects later ones', async () => {
    const { startFlow, approve, callBack, calls, oauthApi, countRows } = await openOAuthFlows(testCase)
    const flow = await startFlow()
    const callbackUrl = await approve(flow)
    const { sessions } = await countRows()
    const responses = await Promise.all(times(20, () => callBack(callbackUrl, flow.cookie)))
    expect(responses.filter((response) => oauthApi.credentialIn(response) !== undefined)).toHaveLength(1)
    expect(responses.filter(({ status }) => status === 400)).toHaveLength(19)
    expect(calls.filter((path) => path === '/github/token')).toHaveLength(1)
    expect((await countRows()).sessions - sessions).toBe(1)
    const again = await callBack(callbackUrl, flow.cookie)
    expect([again.status, calls.filter((path) => path === '/github/token').length]).toEqual([400, 1])
  })

  it('O04 rejects the callback of another provider', async () => {
    const { startFlow, approve, callBack, calls, oauthApi } = await openOAuthFlows(testCase)
    const flow = await startFlow('google')
    const callbackUrl = await approve(flow)
    expect(callbackUrl.searchParams.get('iss')).toMatch(/\/google$/)
    for (const mixedUp of [
      modifyUrl(callbackUrl, (_, url) => {
        url.pathname = url.pathname.replace('google', 'github')
      }),
      modifyUrl(callbackUrl, (query, url) => {
        query.delete('iss')
        url.pathname = url.pathname.replace('google', 'github')
      }),
      modifyUrl(callbackUrl, (query) => query.set('iss', 'https://evil.example')),
      modifyUrl(callbackUrl, (query) =>
        query.set('iss', query.get('iss')?.replace('google', 'github') ?? ''),
      ),
    ]) {
      const response = await callBack(mixedUp, flow.cookie)
      expect([mixedUp.href, response.status]).toEqual([mixedUp.href, 400])
    }
    expect(calls).toEqual([])
    expect(oauthApi.credentialIn(await callBack(callbackUrl, flow.cookie))).toBeDefined()
  })

  it('O02 sends an S256 challenge to each provider and rejects injected codes', async () => {
    const { startFlow, approve, callBack, oauthApi, countRows } = await openOAuthFlows(testCase)
    const challenges = new Set<string | null>()
    for (const [index, provider] of oauthApi.providers.entries()) {
      const flow = await startFlow(provider)
      const { searchParams } = flow.authorizationUrl
      expect(searchParams.get('code_challenge_method')).toBe('S256')
      expect(searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
      challenges.add(searchParams.get('code_challenge'))
      const account = { ...robin, subject: `${200 + index}`, email: `robin${index}@example.com` }
      const good = await callBack(await approve(flow, account), flow.cookie)
      expect(oauthApi.credentialIn(good)).toBeDefined()

      // A code that an attacker requested and injects into this browser (RFC 9700, section 4.5).
      const before = await countRows()
      const own = await startFlow(provider)
      const attackerUrl = modifyUrl(own.authorizationUrl, (query) =>
        query.set('code_challenge', 'E'.repeat(43)),
      )
      const injected = await callBack(
        await approve({ ...own, authorizationUrl: attackerUrl }, account),
        own.cookie,
      )
      expect(oauthApi.credentialIn(injected)).toBeUndefined()
      expect(await countRows()).toEqual(before)
    }
    expect(challenges.size).toBe(oauthApi.providers.length)
  })
})

/** Returns targets on other origins, including disguised ones. */
const foreignTargets = (redirectTarget: string) => {
  const { origin, host } = new URL(redirectTarget)
  return [
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/%2f%2fevil.example',
    'https:evil.example',
    'https:/evil.example',
    'https://evil.example/',
    `https://${host}@evil.example/`,
    `https://${host}%40evil.example/`,
    `https://${host}.evil.example/`,
    `https://evil.example\\@${host}/`,
    `https://evil.example#@${host}/`,
    `https://${host.replace('a', 'а')}/`,
    `${origin}:8443/`,
    origin.replace('https:', 'http:'),
    'http://2130706433/',
    'http://0x7f.1/',
    'javascript:alert(1)',
    'data:text/html,x',
    `${redirectTarget}%0d%0aSet-Cookie:a=b`,
    `${redirectTarget}\r\nSet-Cookie:a=b`,
    `https://${host.replace('.', '.\t')}/`,
    ` ${redirectTarget}`,
    `${redirectTarget}\0`,
  ]
}

describe.each(casesWith('oauth').filter(({ adapter }) => adapter.oauth.redirectTarget !== undefined))(
  '$name',
  (testCase) => {
    const { redirectTarget = '' } = testCase.adapter.oauth

    it('O08 rejects foreign redirect targets at the start', async () => {
      const { send, oauth, store } = await openTestServer(testCase)
      const before = await store.count('oneTimeTokens', {})
      for (const target of foreignTargets(redirectTarget)) {
        const response = await send(oauth.start('github', target))
        expect([target, [400, 422].includes(response.status)]).toEqual([target, true])
        expect(oauth.authorizationUrlIn(response)).toBeUndefined()
      }
      expect(await store.count('oneTimeTokens', {})).toBe(before)
    })

    it('O08 redirects with a fragment, so that browsers keep none of an attacker', async () => {
      const { startFlow, approve, callBack } = await openOAuthFlows(testCase)
      // A browser resolves the target as RFC 9110, section 10.2.2, requires.
      const landingPage = (location: string | null) =>
        location?.includes('#') ? location : `${location}#token=attacker`
      for (const target of [redirectTarget, `${redirectTarget}#token=attacker`])
        for (const change of [
          (query: URLSearchParams) => query,
          (query: URLSearchParams) => query.set('code', 'unknown'),
          (query: URLSearchParams) => {
            query.delete('code')
            query.set('error', 'access_denied')
          },
        ]) {
          const flow = await startFlow('github', target)
          const { status, headers } = await callBack(modifyUrl(await approve(flow), change), flow.cookie)
          expect([status, target]).toEqual([302, target])
          const isOwnTarget =
            target !== redirectTarget && testCase.adapter.oauth.credentialLocation === 'query'
          if (!isOwnTarget) expect(landingPage(headers.get('location'))).not.toContain('attacker')
        }
    })

    it('O08 ignores redirect targets in the callback', async () => {
      const { startFlow, approve, callBack } = await openOAuthFlows(testCase)
      for (const target of [
        'https://evil.example/',
        '//evil.example',
        `https://${new URL(redirectTarget).host}@evil/`,
      ]) {
        const flow = await startFlow('github', redirectTarget)
        const callbackUrl = modifyUrl(await approve(flow), (query) => {
          for (const name of ['redirect', 'redirectTo', 'redirectUri', 'redirect_uri', 'next'])
            query.set(name, target)
        })
        const { headers, status } = await callBack(callbackUrl, flow.cookie)
        const { origin, pathname } = new URL(headers.get('location') ?? 'none:')
        // A malformed URL may be rejected.
        expect([302, 400]).toContain(status)
        if (status === 302) expect(origin + pathname).toBe(redirectTarget)
      }
      const flow = await startFlow('github', redirectTarget)
      const { headers } = await callBack(await approve(flow), flow.cookie)
      const { origin, pathname } = new URL(headers.get('location') ?? '')
      expect(origin + pathname).toBe(redirectTarget)
    })
  },
)
