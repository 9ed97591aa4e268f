import { html } from 'hono/html'
import { describe, expect, it } from 'vitest'
import { asPage } from '../../src/sandbox/pages/index.ts'
import { fakeApi } from '../server/fake.ts'
import { openSandbox } from '../support/sandbox.ts'
import { servedNames } from '../support/served.ts'

const browserHeaders = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8'

describe.each(['data', 'seed', 'inbox'])('/__dev/%s', (name) => {
  const ask = async (headers: Record<string, string>) =>
    (await openSandbox('bkend', fakeApi)).call('GET', `/__dev/${name}`, undefined, headers)

  it('returns a page to browsers, with a policy against external content and framing', async () => {
    const { headers } = await ask({ accept: browserHeaders })
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/https?:|unsafe/)
  })

  it.each([
    '*/*',
    'application/json',
    'application/json, text/plain, */*',
    'application/json, text/html',
    '',
  ])('returns JSON to clients that accept "%s"', async (accept) => {
    const response = await ask(accept ? { accept } : {})
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toBeTypeOf('object')
  })
})

it.each(servedNames)('shows a request for a session that works in %s', async (name) => {
  const sandbox = await openSandbox(name)
  const page = await (await sandbox.call('GET', '/__dev/', undefined, { accept: browserHeaders })).text()
  const [, body = ''] = /__dev\/sessions -H .*? -d &#39;(.*?)&#39;/.exec(page) ?? []
  expect(await sandbox.control('sessions', JSON.parse(body.replaceAll('&quot;', '"')))).toMatchObject({
    user: expect.anything(),
  })
})

describe('the root of a sandbox', () => {
  const hub = {
    home: '/#one',
    controls: '/docs/controls/',
    navigation: (path: string) => html`<a href="/docs/one/">${path}</a>`,
  }
  it.each(['/', '/__dev', '/__dev/'])(
    'shows browsers at %s the overview page with links to pages and controls',
    async (path) => {
      const sandbox = await openSandbox('bkend', {
        ...fakeApi,
        publicUrl: 'http://localhost:4000/sandbox/one',
        hub,
      })
      const ask = (at: string) =>
        sandbox.fetch(new Request(`http://localhost:4000${at}`, { headers: { accept: browserHeaders } }))
      const first = await ask(path)
      const to = first.headers.get('location')
      if (path === '/') expect([first.status, to]).toEqual([302, '/sandbox/one/__dev/'])
      const response = to === null ? first : await ask(to.replace('/sandbox/one', ''))
      const page = await response.text()
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/html; charset=utf-8',
      ])
      expect(page).toContain('http://localhost:4000/sandbox/one')
      for (const control of ['inbox', 'clock', 'reset', 'seed', 'settings', 'faults', 'oauth'])
        expect(page).toContain(`/__dev/${control}`)
      expect(page).toContain('<a href="/docs/one/">/sandbox/one/__dev/</a>')
      expect(page).toContain('<a href="/docs/controls/">reference of the development controls</a>')
    },
  )

  it('contains no broken links without a hub', async () => {
    const sandbox = await openSandbox('bkend', fakeApi)
    for (const path of ['/__dev/', '/__dev/data', '/__dev/seed', '/__dev/inbox']) {
      const page = await (await sandbox.call('GET', path, undefined, { accept: browserHeaders })).text()
      const links = [...page.matchAll(/<a href="([^"]*)"/g)].map(([, to]) => to ?? '')
      expect(links).toContain('/__dev/seed')
      for (const to of new Set(links)) {
        const at = new URL(to, `http://localhost${path}`).pathname
        expect([to, (await sandbox.call('GET', at, undefined, { accept: browserHeaders })).status]).toEqual([
          to,
          200,
        ])
      }
    }
  })

  it('responds with 404 to API clients, and to browsers in production mode', async () => {
    const sandbox = await openSandbox('bkend', fakeApi)
    expect((await sandbox.call('GET', '/')).status).toBe(404)
    const production = await openSandbox('bkend', {
      ...fakeApi,
      mode: 'production',
      publicUrl: 'https://auth.example.com',
    })
    for (const path of ['/', '/__dev/'])
      expect((await production.call('GET', path, undefined, { accept: browserHeaders })).status).toBe(404)
  })
})

it('lists the available controls for an unknown control', async () => {
  const sandbox = await openSandbox('bkend', fakeApi)
  const { error } = await (await sandbox.call('GET', '/__dev/')).json()
  expect(error).toEqual({ code: 'notFound', message: expect.stringContaining('GET /__dev/seed, ') })
  expect(error.message).toContain('POST /__dev/clock')
})

it('returns errors as JSON to browsers, too', async () => {
  const sandbox = await openSandbox('bkend', fakeApi)
  const response = await sandbox.call('GET', '/__dev/nothing', undefined, { accept: browserHeaders })
  expect([response.status, (await response.json()).error.code]).toEqual([404, 'notFound'])
})

describe('the inbox page', () => {
  const mail = (changes: object) => ({
    id: '1',
    to: 'a@example.com',
    kind: 'verifyEmail',
    subject: 'Hello',
    text: '',
    links: [],
    tokens: [],
    sentAt: '2026-03-04T05:06:07.000Z',
    ...changes,
  })
  async function pageOf(mails: object[], query = '') {
    const request = new Request(`http://localhost/__dev/inbox${query}`, {
      headers: { accept: browserHeaders },
    })
    return (
      await asPage(request, Response.json({ mails }), {
        name: 'library',
        title: 'Library',
        url: 'http://localhost',
        named: { list: () => [] },
        readControl: () => Promise.reject(new Error('only for the control page')),
      })
    ).text()
  }

  it('escapes scripts and foreign links in mails', async () => {
    const injection = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    const page = await pageOf(
      [
        mail({
          to: injection,
          subject: injection,
          text: `${injection} https://evil.example javascript:alert(3)`,
          links: ['javascript:alert(3)'],
          tokens: [injection],
        }),
      ],
      `?to=${encodeURIComponent(injection)}`,
    )
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('<img')
    expect(page).not.toMatch(/href="(https:..evil|javascript)/)
    expect(page).toContain('&lt;script&gt;alert(1)')
  })

  it('shows the newest mail first, with links inside its text', async () => {
    const link = 'http://localhost:3000/verify?a=1&b=2'
    const page = await pageOf([
      mail({ subject: 'Older' }),
      mail({ subject: 'Newer', text: `Follow ${link} now`, links: [link] }),
    ])
    expect(page.indexOf('Newer')).toBeLessThan(page.indexOf('Older'))
    expect(page).toMatch(/Follow <a href="http:\/\/localhost:3000\/verify\?a=1&amp;b=2"[^>]*>[^<]*<\/a> now/)
  })
})
