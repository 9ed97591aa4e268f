import { describe, expect, it } from 'vitest'
import { robin } from '../adapters/oauth.fixture.ts'
import { modifyUrl, openOAuthFlows } from './oauth-flows.ts'
import { casesWith, openTestServer, times } from './test-server.ts'

describe.each(casesWith('oauth'))('$name', (testCase) => {
  it('O01 gives every sign-in a state that nobody can guess, and keeps none', async () => {
    const { depart, dump } = await openOAuthFlows(testCase)
    const states = (await Promise.all(times(20, () => depart()))).map(({ state }) => state)
    expect(new Set(states).size).toBe(20)
    const stored = await dump()
    for (const state of states) {
      expect(Buffer.from(state, 'base64url').length).toBeGreaterThanOrEqual(16)
      expect(stored).not.toContain(state)
    }
  })

  it('O01 lets nobody in by a state that is missing, altered or of another browser, and asks the provider nothing', async () => {
    const { depart, agree, comeBack, calls, ways, counts } = await openOAuthFlows(testCase)
    const departure = await depart()
    const back = await agree(departure)
    const other = await depart()
    const before = await counts()
    const wrong: [URL, string?][] = [
      [modifyUrl(back, (query) => query.delete('state')), departure.cookie],
      [modifyUrl(back, (query) => query.set('state', '')), departure.cookie],
      [modifyUrl(back, (query) => query.set('state', `${departure.state}x`)), departure.cookie],
      [modifyUrl(back, (query) => query.set('state', departure.state.slice(0, -1))), departure.cookie],
      [modifyUrl(back, (query) => query.set('state', 'A'.repeat(43))), departure.cookie],
    ]
    if (ways.bindsBrowser)
      wrong.push([back], [back, other.cookie], [modifyUrl(back, (query) => query.set('state', other.state))])
    for (const [url, cookie] of wrong) {
      const response = await comeBack(url, cookie)
      expect([url.search, cookie, response.status]).toEqual([url.search, cookie, 400])
      expect(ways.credentialIn(response)).toBeUndefined()
    }
    expect(await counts()).toEqual(before)
    expect(calls).toEqual([])
    // None of it has used up the good one.
    expect(ways.credentialIn(await comeBack(back, departure.cookie))).toBeDefined()
  })

  it('O01 opens a state for 10 minutes', async () => {
    const { depart, agree, comeBack, calls, ways, advance } = await openOAuthFlows(testCase)
    const [first, second] = [await depart(), await depart()]
    const [early, late] = [await agree(first), await agree(second, { ...robin, subject: '102' })]
    await advance(595)
    expect(ways.credentialIn(await comeBack(early, first.cookie))).toBeDefined()
    const before = calls.length
    await advance(6)
    expect((await comeBack(late, second.cookie)).status).toBe(400)
    expect(calls.length).toBe(before)
  })

  it('O03 redeems a code once, however many bring it at once or later', async () => {
    const { depart, agree, comeBack, calls, ways, counts } = await openOAuthFlows(testCase)
    const departure = await depart()
    const back = await agree(departure)
    const { sessions } = await counts()
    const responses = await Promise.all(times(20, () => comeBack(back, departure.cookie)))
    expect(responses.filter((response) => ways.credentialIn(response) !== undefined)).toHaveLength(1)
    expect(responses.filter(({ status }) => status === 400)).toHaveLength(19)
    expect(calls.filter((path) => path === '/github/token')).toHaveLength(1)
    expect((await counts()).sessions - sessions).toBe(1)
    const again = await comeBack(back, departure.cookie)
    expect([again.status, calls.filter((path) => path === '/github/token').length]).toEqual([400, 1])
  })

  it('O04 takes the answer of one provider for that of no other', async () => {
    const { depart, agree, comeBack, calls, ways } = await openOAuthFlows(testCase)
    const departure = await depart('google')
    const back = await agree(departure)
    expect(back.searchParams.get('iss')).toMatch(/\/google$/)
    for (const mixedUp of [
      modifyUrl(back, (_, url) => {
        url.pathname = url.pathname.replace('google', 'github')
      }),
      modifyUrl(back, (query, url) => {
        query.delete('iss')
        url.pathname = url.pathname.replace('google', 'github')
      }),
      modifyUrl(back, (query) => query.set('iss', 'https://evil.example')),
      modifyUrl(back, (query) => query.set('iss', query.get('iss')?.replace('google', 'github') ?? '')),
    ]) {
      const response = await comeBack(mixedUp, departure.cookie)
      expect([mixedUp.href, response.status]).toEqual([mixedUp.href, 400])
    }
    expect(calls).toEqual([])
    expect(ways.credentialIn(await comeBack(back, departure.cookie))).toBeDefined()
  })

  it('O02 proves to every provider that it asks for its own code, with S256', async () => {
    const { depart, agree, comeBack, ways, counts } = await openOAuthFlows(testCase)
    const challenges = new Set<string | null>()
    for (const [index, provider] of ways.providers.entries()) {
      const departure = await depart(provider)
      const { searchParams } = departure.authorizationUrl
      expect(searchParams.get('code_challenge_method')).toBe('S256')
      expect(searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
      challenges.add(searchParams.get('code_challenge'))
      const account = { ...robin, subject: `${200 + index}`, email: `robin${index}@example.com` }
      const good = await comeBack(await agree(departure, account), departure.cookie)
      expect(ways.credentialIn(good)).toBeDefined()

      // A code that was asked for by somebody else, who hands it to this browser (RFC 9700, section 4.5).
      const before = await counts()
      const own = await depart(provider)
      const theirs = modifyUrl(own.authorizationUrl, (query) => query.set('code_challenge', 'E'.repeat(43)))
      const injected = await comeBack(await agree({ ...own, authorizationUrl: theirs }, account), own.cookie)
      expect(ways.credentialIn(injected)).toBeUndefined()
      expect(await counts()).toEqual(before)
    }
    expect(challenges.size).toBe(ways.providers.length)
  })
})

/** What is no page of ours, however it is written. */
const elsewhere = (landing: string) => {
  const { origin, host } = new URL(landing)
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
    `${landing}%0d%0aSet-Cookie:a=b`,
    `${landing}\r\nSet-Cookie:a=b`,
    `https://${host.replace('.', '.\t')}/`,
    ` ${landing}`,
    `${landing}\0`,
  ]
}

describe.each(casesWith('oauth').filter(({ dialect }) => dialect.oauth.redirectTarget !== undefined))(
  '$name',
  (testCase) => {
    const { redirectTarget = '' } = testCase.dialect.oauth

    it('O08 begins nothing that would end on a page of strangers', async () => {
      const { send, oauth, store } = await openTestServer(testCase)
      const before = await store.count('oneTimeTokens', {})
      for (const wish of elsewhere(redirectTarget)) {
        const response = await send(oauth.start('github', wish))
        expect([wish, [400, 422].includes(response.status)]).toEqual([wish, true])
        expect(oauth.authorizationUrlIn(response)).toBeUndefined()
      }
      expect(await store.count('oneTimeTokens', {})).toBe(before)
    })

    it('O08 ends where it was meant to, whatever the callback asks for', async () => {
      const { depart, agree, comeBack } = await openOAuthFlows(testCase)
      for (const wish of [
        'https://evil.example/',
        '//evil.example',
        `https://${new URL(redirectTarget).host}@evil/`,
      ]) {
        const departure = await depart('github', redirectTarget)
        const back = modifyUrl(await agree(departure), (query) => {
          for (const name of ['redirect', 'redirectTo', 'redirectUri', 'redirect_uri', 'next'])
            query.set(name, wish)
        })
        const { headers, status } = await comeBack(back, departure.cookie)
        const { origin, pathname } = new URL(headers.get('location') ?? 'none:')
        // An address that is none at all may be refused as a whole.
        expect([302, 400]).toContain(status)
        if (status === 302) expect(origin + pathname).toBe(redirectTarget)
      }
      const departure = await depart('github', redirectTarget)
      const { headers } = await comeBack(await agree(departure), departure.cookie)
      const { origin, pathname } = new URL(headers.get('location') ?? '')
      expect(origin + pathname).toBe(redirectTarget)
    })
  },
)
