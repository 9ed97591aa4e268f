import { describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { createHub } from '../../src/hub/app.ts'

const hub = createHub({ host: '127.0.0.1', log: () => {} })
const get = async (path: string, accept = 'text/html') =>
  hub.fetch(new Request(`http://localhost:4000${path}`, { headers: { accept } }))
const pageOf = async (parameters: Record<string, string>) =>
  (await get(`/search?${new URLSearchParams(parameters)}`)).text()

describe('the search page of the hub', () => {
  it('groups results by kind, the kind of the best result first', async () => {
    const headings = async (q: string) =>
      [...(await pageOf({ q, api: 'bkend' })).matchAll(/<h2>(.*)<\/h2>/g)].map(([, heading]) => heading)
    expect((await headings('add Google login'))[0]).toBe('Guides')
    expect((await headings('auth/invalid-mfa-code')).slice(0, 2)).toEqual(['Errors', 'Guides'])
  })

  it('marks the language of each result, and links to it', async () => {
    const page = await pageOf({ q: '토큰 갱신', api: 'bkend' })
    expect(page).toMatch(/<a href="\/docs\/bkend\/ko\/guides\/token-refresh\/#[^"]+" lang="ko">토큰 갱신/)
  })

  it.each(['token refresh', '이메일 로그인'])('links to sections that the guides have: %s', async (q) => {
    const { results } = await (await get(`/search.json?${new URLSearchParams({ q })}`)).json()
    const guides = results.filter(({ kind }: { kind: string }) => kind === 'guide').slice(0, 6)
    expect(guides).toHaveLength(6)
    for (const { link } of guides) {
      const { pathname, hash } = new URL(link, 'http://localhost:4000')
      const response = await get(pathname)
      expect([link, response.status]).toEqual([link, 200])
      if (hash) expect(await response.text()).toContain(`id="${decodeURIComponent(hash.slice(1))}"`)
    }
  })

  it('keeps query and API in the form, and escapes them', async () => {
    const page = await pageOf({ q: '"><script>alert(1)</script>', api: 'bedrud' })
    expect(page).toContain('<option selected>bedrud</option>')
    expect(page).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"')
    expect(page).not.toContain('<script>alert')
  })

  it('tells that the API lacks the feature, in the language of the query', async () => {
    const q = '게스트 로그인'
    const message = 'bkend에는 게스트 계정 기능이 없습니다. 이 기능이 있는 API: bedrud.'
    expect(await pageOf({ q, api: 'bkend' })).toContain(`<p class="missing" lang="ko">${message}</p>`)
    const json = await (await get(`/search.json?${new URLSearchParams({ q, api: 'bkend' })}`)).json()
    expect(json.missing).toMatchObject([{ variant: 'bkend', feature: 'guests', message }])
  })

  it('lists the controls of the sandboxes after the APIs, and not with one API', async () => {
    const q = 'advance the clock'
    const page = await pageOf({ q })
    const [results, controls = ''] = page.split('<h2>Sandbox controls</h2>')
    expect(controls).toContain(
      '<a href="/docs/controls/#/time/advanceclock" lang="en">Advance the clock: POST /__dev/clock</a>',
    )
    expect(results).not.toContain('/docs/controls/')
    expect(await pageOf({ q, api: 'bedrud' })).not.toContain('/docs/controls/#')
  })

  it('tells when it finds nothing', async () => {
    const all = await pageOf({ q: 'kubernetes ingress' })
    expect(all).toContain('Nothing found. Use other words.')
    const one = await pageOf({ q: 'kubernetes ingress', api: 'bkend' })
    expect(one).toContain('Nothing found. Use other words, or search all APIs.')
  })

  it('shows only the form without a query', async () => {
    const page = await (await get('/search')).text()
    expect(page).toContain('role="search"')
    expect(page).not.toMatch(/Nothing found|<h2>/)
  })

  it('returns the results as JSON to other clients, and at /search.json', async () => {
    const json = await (await get('/search?q=refreshTokens&api=bkend', 'application/json')).json()
    expect(json).toMatchObject({ query: 'refreshTokens', variant: 'bkend' })
    expect(json.results[0]).toMatchObject({
      kind: 'operation',
      operations: ['refreshTokens'],
      link: '/docs/bkend/#/tokens/refreshtokens',
    })
    expect(await (await get('/search.json?q=refreshTokens&api=bkend')).json()).toEqual(json)
  })

  it('rejects unknown APIs and long queries', async () => {
    for (const [path, detail] of [
      ['/search?q=login&api=nope', `Unknown API "nope". Available: ${variantNames.join(', ')}.`],
      [`/search?q=${'x'.repeat(501)}`, 'q has more than 500 characters. Pass a shorter text.'],
    ] as const) {
      const response = await get(path)
      expect([response.status, await response.json()]).toMatchObject([400, { detail }])
    }
  })

  it('is linked from the home page', async () => {
    expect(await (await get('/')).text()).toContain('href="/search"')
  })

  it('sends its form to the hub only', async () => {
    const policy = (await get('/search')).headers.get('content-security-policy')
    expect(policy).toContain("form-action 'self'")
    expect(policy).toContain("default-src 'none'")
  })
})
