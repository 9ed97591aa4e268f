import { describe, expect, it } from 'vitest'
import {
  createSimulatedOAuth,
  providerNames,
  redirectUri,
  robin,
  url,
  verifier,
} from '../adapters/oauth.fixture.ts'
import { authorizationUrl, browse, taken } from './consent-browser.ts'

describe('the consent page', () => {
  it.each(providerNames)('lists the accounts of %s and loads nothing from other hosts', async (name) => {
    const { simulator } = createSimulatedOAuth({ accounts: [taken] })
    const { response, text } = await browse(simulator.fetch).page(authorizationUrl(name))
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    for (const words of ['ada@example.org, has a local account', 'unverified email', 'no email', 'Deny'])
      expect(text).toContain(words)
    const elsewhere = [...text.matchAll(/(?:src|href|action)="([^"]*)"/g)].filter(
      ([, to]) => !to?.startsWith(url),
    )
    expect(elsewhere).toEqual([])
    expect(text).not.toContain('<script')
  })

  it('does not open for HEAD', async () => {
    const { simulator } = createSimulatedOAuth()
    const response = await browse(simulator.fetch).open(authorizationUrl('google'), { method: 'HEAD' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET'])
    expect(simulator.pending()).toEqual([])
  })

  it('redirects with a code after Allow, and with an error after Deny', async () => {
    const { simulator } = createSimulatedOAuth({ accounts: [robin] })
    const { page, submit } = browse(simulator.fetch)
    const allowed = await submit((await page(authorizationUrl('google'))).form, {
      decision: 'allow',
      account: '101',
    })
    expect(allowed.status).toBe(303)
    expect(Object.fromEntries(new URL(allowed.to).searchParams)).toEqual({
      kept: '1',
      code: expect.stringMatching(/^[\w-]{32}$/),
      state: 'a-state',
      iss: `${url}/google`,
    })
    const denied = await submit((await page(authorizationUrl('github'))).form, { decision: 'deny' })
    expect(Object.fromEntries(new URL(denied.to).searchParams)).toEqual({
      kept: '1',
      error: 'access_denied',
      error_description: 'The user denied the request',
      state: 'a-state',
    })
  })

  it('prefers an entered email to the selected account, and maps it to the same account each time', async () => {
    const { simulator, provider } = createSimulatedOAuth()
    const { page, submit } = browse(simulator.fetch)
    const signIn = async (fields: Record<string, string>) => {
      const { form } = await page(authorizationUrl('github'))
      const { to } = await submit(form, { decision: 'allow', account: '900000101', ...fields })
      const code = new URL(to).searchParams.get('code') ?? ''
      return provider('github').exchange({ code, redirectUri, verifier })
    }
    const first = await signIn({ email: 'new@example.org' })
    expect(first).toMatchObject({ email: 'new@example.org', emailVerified: true, name: 'new' })
    const second = await signIn({ email: 'new@example.org', outcome: 'unverifiedEmail' })
    expect(second).toMatchObject({ subject: first.subject, emailVerified: false })
  })

  it.each(providerNames)('lets %s report another email, or fail, as the form says', async (name) => {
    const { simulator, provider } = createSimulatedOAuth({ accounts: [robin] })
    const { page, submit } = browse(simulator.fetch)
    const decide = async (outcome: string) => {
      const { form, text } = await page(authorizationUrl(name))
      expect(text).toContain(`<option value="${outcome}"`)
      const { to } = await submit(form, { decision: 'allow', account: robin.subject, outcome })
      return new URL(to).searchParams
    }
    const exchange = async (outcome: string) =>
      provider(name).exchange({ code: (await decide(outcome)).get('code') ?? '', redirectUri, verifier })

    expect(await exchange('signIn')).toMatchObject({ email: robin.email, emailVerified: true })
    // X reports only verified emails.
    const email = name === 'twitter' ? null : robin.email
    expect(await exchange('unverifiedEmail')).toMatchObject({ email, emailVerified: false })
    expect(await exchange('withoutEmail')).toMatchObject({ email: null, emailVerified: false })
    for (const error of ['server_error', 'temporarily_unavailable'])
      expect(Object.fromEntries(await decide(error))).toMatchObject({ error, state: 'a-state' })
    await expect(exchange('invalid_code')).rejects.toMatchObject({ code: 'invalidOAuthCode' })
    await expect(exchange('profile_unavailable')).rejects.toMatchObject({ code: 'oauthProfileUnreadable' })
  })

  it('waits before the redirect as long as the form says, and ignores other values', async () => {
    const { simulator } = createSimulatedOAuth()
    const { page, submit } = browse(simulator.fetch)
    const secondsFor = async (delay: string) => {
      const { form } = await page(authorizationUrl('google'))
      const started = performance.now()
      await submit(form, { decision: 'deny', delay })
      return (performance.now() - started) / 1000
    }
    expect(await secondsFor('2')).toBeGreaterThanOrEqual(1.99)
    expect(await secondsFor('600')).toBeLessThan(1.99)
  })

  it('shows the form again after invalid input, and keeps the first decision', async () => {
    const { simulator } = createSimulatedOAuth()
    const { page, submit, open } = browse(simulator.fetch)
    const { form } = await page(authorizationUrl('google'))
    for (const [fields, message] of [
      [{ account: 'nobody' }, 'Choose an account, or enter an email address.'],
      [{ account: '900000101', email: 'not@all' }, 'not@all is not a valid email address.'],
    ] as const) {
      const body = new URLSearchParams({ decision: 'allow', ...fields })
      const again = await open(form, { method: 'POST', body })
      const text = await again.text()
      expect([again.status, text.includes(message), text.includes(`action="${form}"`)]).toEqual([
        400,
        true,
        true,
      ])
      expect(text).toContain(`value="${'email' in fields ? fields.email : ''}"`)
    }
    const { to } = await submit(form, { decision: 'deny' })
    expect((await submit(form, { decision: 'allow', account: '900000101' })).to).toBe(to)
    expect((await open(form)).headers.get('location')).toBe(to)
  })

  it('rejects invalid authorization requests without a redirect', async () => {
    const { simulator } = createSimulatedOAuth()
    const { open } = browse(simulator.fetch)
    for (const change of [
      { client_id: '' },
      { redirect_uri: 'javascript:alert(1)' },
      { redirect_uri: '/relative' },
      { redirect_uri: 'https://x.example/#fragment' },
      { response_type: 'token' },
      { code_challenge_method: 'plain' },
    ]) {
      const response = await open(authorizationUrl('google', change))
      expect([response.status, response.headers.get('location')]).toEqual([400, null])
    }
    expect((await open(authorizationUrl('facebook'))).status).toBe(404)
    expect((await open(`${url}/consents/unknown`)).status).toBe(404)
    expect(simulator.pending()).toEqual([])
  })

  it.each([
    [{}, 0],
    [{ home: '/#x' }, 2],
  ])('links to the home page on each page if settings contain one: %j', async (settings, links) => {
    const { page, open } = browse(createSimulatedOAuth(settings).simulator.fetch)
    const texts = [
      (await page(authorizationUrl('google'))).text,
      await (await open(authorizationUrl('google', { client_id: '' }))).text(),
    ]
    expect(texts.filter((text) => text.includes('<a href="/#x">All APIs</a>'))).toHaveLength(links)
    expect(texts.filter((text) => text.includes('<a '))).toHaveLength(links)
  })

  it('escapes HTML in requests and account names', async () => {
    const { simulator } = createSimulatedOAuth({ accounts: [{ ...robin, name: '<b>Robin</b>' }] })
    const { text } = await browse(simulator.fetch).page(
      authorizationUrl('google', { scope: '"><script>alert(1)</script>' }),
    )
    expect(text).not.toContain('<script>')
    expect(text).not.toContain('<b>')
  })
})

describe('pending consents', () => {
  it('decides a consent by id or state without its page', async () => {
    const { simulator } = createSimulatedOAuth()
    const { open } = browse(simulator.fetch)
    await open(authorizationUrl('google', { state: 'one' }))
    await open(authorizationUrl('twitter', { state: 'two' }))
    expect(simulator.pending().map(({ provider, state }) => [provider, state])).toEqual([
      ['google', 'one'],
      ['twitter', 'two'],
    ])
    expect(new URL(simulator.decide('one', { account: robin }) ?? '').searchParams.get('code')).toBeTruthy()
    const [{ id = '' } = {}] = simulator.pending()
    expect(new URL(simulator.decide(id, { error: 'access_denied' }) ?? '').searchParams.get('error')).toBe(
      'access_denied',
    )
    expect(simulator.decide('one', { account: robin })).toBeUndefined()
    expect(simulator.pending()).toEqual([])
  })

  it('drops consents and codes on reset', async () => {
    const { simulator, consent, provider } = createSimulatedOAuth()
    const code = (await consent('google', robin)).get('code') ?? ''
    await simulator.fetch(new Request(authorizationUrl('google')))
    simulator.reset()
    expect(simulator.pending()).toEqual([])
    await expect(provider('google').exchange({ code, redirectUri, verifier })).rejects.toMatchObject({
      code: 'invalidOAuthCode',
    })
  })
})
