import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { oauthProviders } from '../../src/adapters/oauth/index.ts'
import { newUser } from '../../src/core/accounts.ts'
import { consumeOAuthState, finishOAuth, startOAuth } from '../../src/core/oauth.ts'
import { insert } from '../../src/core/store.ts'
import { createSimulator } from '../../src/sandbox/simulator/index.ts'
import {
  challenge,
  createSimulatedOAuth,
  providerNames,
  redirectUri,
  robin,
  url,
  verifier,
} from '../adapters/oauth.fixture.ts'
import { requestMeta, testCore } from '../core/oauth.fixture.ts'

const taken = { ...robin, subject: '7', name: 'Ada', email: 'ada@example.org', note: 'has an account here' }

/** A browser that keeps no cookies and follows no redirects by itself. */
function browse(fetch: (request: Request) => Response | Promise<Response>) {
  const open = async (address: string, init?: RequestInit) => fetch(new Request(address, init))
  return {
    open,
    /** The page behind an authorization address, and the address of its form. */
    async page(ask: string) {
      const to = (await open(ask)).headers.get('location') ?? ''
      const response = await open(to)
      return { form: to, response, text: await response.text() }
    },
    /** @returns where the form leads */
    async submit(form: string, answer: Record<string, string>) {
      const response = await open(form, { method: 'POST', body: new URLSearchParams(answer) })
      return { status: response.status, to: response.headers.get('location') ?? '' }
    },
  }
}

const ask = (name: string, change: Record<string, string> = {}) => {
  const asked = {
    ...{ client_id: 'simulator', redirect_uri: redirectUri, response_type: 'code', state: 'a-state' },
    ...{ code_challenge: challenge, code_challenge_method: 'S256', scope: 'openid email' },
    ...change,
  }
  return `${url}/${name}/authorize?${new URLSearchParams(asked)}`
}

describe('the consent page', () => {
  it.each(providerNames)(
    'of %s shows who can be chosen, and needs nothing from anywhere else',
    async (name) => {
      const { simulator } = createSimulatedOAuth({ accounts: [taken] })
      const { response, text } = await browse(simulator.fetch).page(ask(name))
      expect(response.headers.get('content-type')).toContain('text/html')
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
      for (const words of [
        'ada@example.org, has an account here',
        'address is not verified',
        'no address',
        'Deny',
      ])
        expect(text).toContain(words)
      const elsewhere = [...text.matchAll(/(?:src|href|action)="([^"]*)"/g)].filter(
        ([, to]) => !to?.startsWith(url),
      )
      expect(elsewhere).toEqual([])
      expect(text).not.toContain('<script')
    },
  )

  it('leads back with a code after Allow, and with a reason after Deny', async () => {
    const { simulator } = createSimulatedOAuth({ accounts: [robin] })
    const { page, submit } = browse(simulator.fetch)
    const allowed = await submit((await page(ask('google'))).form, { decision: 'allow', account: '101' })
    expect(allowed.status).toBe(303)
    expect(Object.fromEntries(new URL(allowed.to).searchParams)).toEqual({
      kept: '1',
      code: expect.stringMatching(/^[\w-]{32}$/),
      state: 'a-state',
      iss: `${url}/google`,
    })
    const denied = await submit((await page(ask('github'))).form, { decision: 'deny' })
    expect(Object.fromEntries(new URL(denied.to).searchParams)).toEqual({
      kept: '1',
      error: 'access_denied',
      error_description: 'The user denied the request',
      state: 'a-state',
    })
  })

  it('takes an address that was typed before the account that is chosen, and for the same account each time', async () => {
    const { simulator, provider } = createSimulatedOAuth()
    const { page, submit } = browse(simulator.fetch)
    const signIn = async (answer: Record<string, string>) => {
      const { form } = await page(ask('github'))
      const { to } = await submit(form, { decision: 'allow', account: '900000101', ...answer })
      const code = new URL(to).searchParams.get('code') ?? ''
      return provider('github').exchange({ code, redirectUri, verifier })
    }
    const first = await signIn({ email: 'new@example.org', verified: 'yes' })
    expect(first).toMatchObject({ email: 'new@example.org', emailVerified: true, name: 'new' })
    const second = await signIn({ email: 'new@example.org' })
    expect(second).toMatchObject({ subject: first.subject, emailVerified: false })
  })

  it('asks again when nobody was chosen, and stands by its first answer', async () => {
    const { simulator } = createSimulatedOAuth()
    const { page, submit, open } = browse(simulator.fetch)
    const { form } = await page(ask('google'))
    for (const [answer, words] of [
      [{ account: 'nobody' }, 'Choose an account, or type an address.'],
      [{ account: '900000101', email: 'not@all' }, 'not@all is no e-mail address.'],
    ] as const) {
      const body = new URLSearchParams({ decision: 'allow', ...answer })
      const again = await open(form, { method: 'POST', body })
      const text = await again.text()
      expect([again.status, text.includes(words), text.includes(`action="${form}"`)]).toEqual([
        400,
        true,
        true,
      ])
      expect(text).toContain(`value="${'email' in answer ? answer.email : ''}"`)
    }
    const { to } = await submit(form, { decision: 'deny' })
    expect((await submit(form, { decision: 'allow', account: '900000101' })).to).toBe(to)
    expect((await open(form)).headers.get('location')).toBe(to)
  })

  it('is a refusal for what no provider would accept, and never sends the browser anywhere', async () => {
    const { simulator } = createSimulatedOAuth()
    const { open } = browse(simulator.fetch)
    for (const change of [
      { client_id: 'another' },
      { redirect_uri: 'javascript:alert(1)' },
      { redirect_uri: '/relative' },
      { redirect_uri: 'https://x.example/#fragment' },
      { response_type: 'token' },
      { code_challenge_method: 'plain' },
    ]) {
      const response = await open(ask('google', change))
      expect([response.status, response.headers.get('location')]).toEqual([400, null])
    }
    expect((await open(ask('facebook'))).status).toBe(404)
    expect((await open(`${url}/consents/unknown`)).status).toBe(404)
    expect(simulator.pending()).toEqual([])
  })

  it.each([
    [{}, 0],
    [{ home: '/#x' }, 2],
  ])('with %j leads to the home page on each of its pages, if there is one', async (settings, links) => {
    const { page, open } = browse(createSimulatedOAuth(settings).simulator.fetch)
    const texts = [
      (await page(ask('google'))).text,
      await (await open(ask('google', { client_id: '' }))).text(),
    ]
    expect(texts.filter((text) => text.includes('<a href="/#x">All APIs</a>'))).toHaveLength(links)
    expect(texts.filter((text) => text.includes('<a '))).toHaveLength(links)
  })

  it('shows what a request contains as text only', async () => {
    const { simulator } = createSimulatedOAuth({ accounts: [{ ...robin, name: '<b>Robin</b>' }] })
    const { text } = await browse(simulator.fetch).page(
      ask('google', { scope: '"><script>alert(1)</script>' }),
    )
    expect(text).not.toContain('<script>')
    expect(text).not.toContain('<b>')
  })
})

describe('what is pending', () => {
  it('can be allowed and denied by whoever drives the simulator, by id or state', async () => {
    const { simulator } = createSimulatedOAuth()
    const { open } = browse(simulator.fetch)
    await open(ask('google', { state: 'one' }))
    await open(ask('twitter', { state: 'two' }))
    expect(simulator.pending().map(({ provider, state }) => [provider, state])).toEqual([
      ['google', 'one'],
      ['twitter', 'two'],
    ])
    expect(new URL(simulator.decide('one', robin) ?? '').searchParams.get('code')).toBeTruthy()
    const [{ id = '' } = {}] = simulator.pending()
    expect(new URL(simulator.decide(id, null) ?? '').searchParams.get('error')).toBe('access_denied')
    expect(simulator.decide('one', robin)).toBeUndefined()
    expect(simulator.pending()).toEqual([])
  })

  it('is forgotten by a reset, and codes with it', async () => {
    const { simulator, consent, provider } = createSimulatedOAuth()
    const code = (await consent('google', robin)).get('code') ?? ''
    await simulator.fetch(new Request(ask('google')))
    simulator.reset()
    expect(simulator.pending()).toEqual([])
    await expect(provider('google').exchange({ code, redirectUri, verifier })).rejects.toMatchObject({
      code: 'invalidOAuthCode',
    })
  })
})

describe('standing codes', () => {
  it('are good again and again, whatever the verifier, and may stand for nobody', async () => {
    const { provider } = createSimulatedOAuth({ standingCodes: { '4/0AX-robin': robin, 'no-profile': null } })
    for (const name of providerNames)
      for (const grant of [{}, { verifier, nonce: challenge }])
        expect(await provider(name).exchange({ code: '4/0AX-robin', redirectUri, ...grant })).toMatchObject({
          subject: '101',
        })
    for (const name of providerNames)
      await expect(
        provider(name).exchange({ code: 'no-profile', redirectUri, verifier }),
      ).rejects.toMatchObject({
        code: 'oauthProfileUnreadable',
      })
    await expect(provider('google').exchange({ code: 'constructor', redirectUri })).rejects.toMatchObject({
      code: 'invalidOAuthCode',
    })
  })
})

describe('the simulator', () => {
  it('wants its client to know the secret, in either way that the standard has', async () => {
    const { simulator } = createSimulatedOAuth({ standingCodes: { good: robin } })
    const form = { grant_type: 'authorization_code', code: 'good', redirect_uri: redirectUri }
    const post = async (body: Record<string, string>, headers = {}) =>
      (
        await simulator.fetch(
          new Request(`${url}/twitter/token`, { method: 'POST', headers, body: new URLSearchParams(body) }),
        )
      ).status
    const basic = (secret: string) => ({ authorization: `Basic ${btoa(`simulator:${secret}`)}` })
    expect(await post(form, basic('simulated'))).toBe(200)
    expect(await post(form, basic('wrong'))).toBe(401)
    expect(await post(form)).toBe(401)
    expect(await post({ ...form, client_id: 'simulator', client_secret: 'simulated' })).toBe(200)
    expect(await post({ ...form, client_id: 'simulator', client_secret: 'wrong' })).toBe(401)
    expect(await post(form, { authorization: 'Basic %%%' })).toBe(401)
  })

  it('works below the path of another server, mounted or asked with whole addresses', async () => {
    const simulator = createSimulator({ url })
    const mounted = new Hono().mount('/sandbox/__dev/providers', simulator.fetch)
    const routed = new Hono().all('/sandbox/__dev/providers/*', (c) => simulator.fetch(c.req.raw))
    for (const app of [mounted, routed]) {
      expect((await app.request(`${url}/google/jwks`)).status).toBe(200)
      expect((await app.request(ask('google'))).headers.get('location')).toMatch(`${url}/consents/`)
    }
  })

  it('keeps secrets to itself: its keys are public ones, and profiles need a token', async () => {
    const { simulator } = createSimulatedOAuth()
    const { keys } = await (await simulator.fetch(new Request(`${url}/google/jwks`))).json()
    expect(keys).toHaveLength(1)
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(keys[0]).not.toHaveProperty(member)
    for (const path of ['google/userinfo', 'github/user', 'github/user/emails', 'twitter/users/me'])
      expect((await simulator.fetch(new Request(`${url}/${path}`))).status).toBe(401)
  })

  it.each(providerNames)(
    'takes somebody through the whole dance with %s, from the click to a session',
    async (provider) => {
      const { core } = testCore()
      const simulator = createSimulator({ url, accounts: [taken] })
      const providers = oauthProviders(simulator.providers)
      const { page, submit } = browse(simulator.fetch)
      const policy = { linking: 'never', acceptsUnverified: false, followsProfile: true } as const

      const dance = async (account: string, decision = 'allow') => {
        const start = {
          provider,
          realm: '',
          redirectUri,
          browserNonce: 'browser',
          redirectTo: null,
          requestMeta,
        }
        const { authorizationUrl } = await startOAuth(core, providers, start)
        const { to } = await submit((await page(authorizationUrl)).form, { decision, account })
        const { state = '', code, error, iss } = Object.fromEntries(new URL(to).searchParams)
        const back = { provider, state, browserNonce: 'browser', issuer: iss, requestMeta }
        return finishOAuth(
          core,
          providers,
          await consumeOAuthState(core, providers, back),
          { code, error },
          policy,
          requestMeta,
        )
      }

      const ada = newUser(core, { realm: '', email: 'ada@example.org', name: 'Ada' })
      await core.store.write([insert('users', ada)])
      const [robinReed, unverified, without] = ['900000101', '900000102', '900000103']
      expect(await dance(robinReed)).toMatchObject({
        isNew: true,
        issued: { user: { name: 'Robin Reed', provider } },
      })
      expect(await dance(robinReed)).toMatchObject({ isNew: false })
      await expect(dance(unverified)).rejects.toMatchObject({ code: 'oauthEmailMissing' })
      await expect(dance(without)).rejects.toMatchObject({ code: 'oauthEmailMissing' })
      await expect(dance('7')).rejects.toMatchObject({ code: 'accountNotLinked' })
      await expect(dance(robinReed, 'deny')).rejects.toMatchObject({ code: 'oauthDenied' })
    },
  )
})
