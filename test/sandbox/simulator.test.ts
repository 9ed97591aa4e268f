import { Hono } from 'hono'
import { createLocalJWKSet, jwtVerify } from 'jose'
import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  customFetch,
  type DiscoveryRequestOptions,
  discoveryRequest,
  getValidatedIdTokenClaims,
  None,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  validateAuthResponse,
} from 'oauth4webapi'
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

/** Google's ids have 21 digits, which a JSON number cannot hold exactly. */
const longId = {
  subject: '100000000000000000001',
  name: 'Leo Martin',
  email: 'leo@example.com',
  emailVerified: true,
}
const taken = { ...robin, subject: '7', name: 'Ada', email: 'ada@example.org', note: 'has a local account' }

/** A browser without cookies that does not follow redirects. */
function browse(fetch: (request: Request) => Response | Promise<Response>) {
  const open = async (url: string, init?: RequestInit) => fetch(new Request(url, init))
  return {
    open,
    /** Opens an authorization URL. Returns the consent page and the URL of its form. */
    async page(authorizationUrl: string) {
      const to = (await open(authorizationUrl)).headers.get('location') ?? ''
      const response = await open(to)
      return { form: to, response, text: await response.text() }
    },
    /** Submits the form. Returns the redirect URL as `to`. */
    async submit(form: string, fields: Record<string, string>) {
      const response = await open(form, { method: 'POST', body: new URLSearchParams(fields) })
      return { status: response.status, to: response.headers.get('location') ?? '' }
    },
  }
}

const authorizationUrl = (name: string, change: Record<string, string> = {}) => {
  const parameters = {
    ...{ client_id: 'simulator', redirect_uri: redirectUri, response_type: 'code', state: 'a-state' },
    ...{ code_challenge: challenge, code_challenge_method: 'S256', scope: 'openid email' },
    ...change,
  }
  return `${url}/${name}/authorize?${new URLSearchParams(parameters)}`
}

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

describe('permanent codes', () => {
  it('redeems permanent codes repeatedly and without a verifier, also for an unreadable profile', async () => {
    const { provider } = createSimulatedOAuth({
      permanentCodes: Object.fromEntries(
        providerNames.map((name) => [name, { '4/0AX-robin': robin, 'no-profile': null }]),
      ),
    })
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

  it.each(providerNames)('rejects the codes of other providers at %s', async (name) => {
    const codes = Object.fromEntries(
      providerNames.map((provider) => [provider, { [`at-${provider}`]: robin }]),
    )
    const { provider } = createSimulatedOAuth({ permanentCodes: codes })
    for (const issuer of providerNames) {
      const exchange = provider(name).exchange({
        code: `at-${issuer}`,
        redirectUri,
        verifier,
        nonce: challenge,
      })
      if (issuer === name) await expect(exchange).resolves.toMatchObject({ subject: '101' })
      else await expect(exchange).rejects.toMatchObject({ code: 'invalidOAuthCode' })
    }
  })
})

describe('the simulator', () => {
  it('authenticates clients by client_secret_basic and client_secret_post', async () => {
    const { simulator } = createSimulatedOAuth({ permanentCodes: { twitter: { good: robin } } })
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

  it('lets an OpenID Connect client with any client id discover it and sign in', async () => {
    const { simulator } = createSimulatedOAuth({ accounts: [robin] })
    const { page, submit } = browse(simulator.fetch)
    const options = {
      [customFetch]: (url: string, init: object) => simulator.fetch(new Request(url, init as RequestInit)),
      [allowInsecureRequests]: true,
    }
    const issuer = new URL(`${url}/google`)
    const discovered = await discoveryRequest(issuer, options as DiscoveryRequestOptions)
    const server = await processDiscoveryResponse(issuer, discovered)
    const client = { client_id: '1234-my-app.apps.googleusercontent.com' }
    const request = new URL(server.authorization_endpoint ?? '')
    const parameters = { ...client, redirect_uri: redirectUri, response_type: 'code', scope: 'openid email' }
    request.search = String(
      new URLSearchParams({ ...parameters, state: 's', nonce: 'n', ...{ code_challenge: challenge } }),
    )
    request.searchParams.set('code_challenge_method', 'S256')
    const { to } = await submit((await page(request.href)).form, { decision: 'allow', account: '101' })
    const exchanged = await authorizationCodeGrantRequest(
      server,
      client,
      None(),
      validateAuthResponse(server, client, new URL(to), 's'),
      redirectUri,
      verifier,
      options as object,
    )
    const tokens = await processAuthorizationCodeResponse(server, client, exchanged, { expectedNonce: 'n' })
    expect(getValidatedIdTokenClaims(tokens)).toMatchObject({ sub: '101', aud: client.client_id })
    const keys = await (await simulator.fetch(new Request(server.jwks_uri ?? ''))).json()
    await jwtVerify(tokens.id_token ?? '', createLocalJWKSet(keys), { issuer: server.issuer })
    const profile = await simulator.fetch(
      new Request(server.userinfo_endpoint ?? '', {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      }),
    )
    expect(await profile.json()).toMatchObject({ sub: '101' })
  })

  it('works when mounted, with and without its path prefix in request URLs', async () => {
    const simulator = createSimulator({ url })
    const mounted = new Hono().mount('/sandbox/__dev/providers', simulator.fetch)
    const routed = new Hono().all('/sandbox/__dev/providers/*', (c) => simulator.fetch(c.req.raw))
    for (const app of [mounted, routed]) {
      expect((await app.request(`${url}/google/jwks`)).status).toBe(200)
      expect((await app.request(authorizationUrl('google'))).headers.get('location')).toMatch(
        `${url}/consents/`,
      )
    }
  })

  it('publishes only public keys, and requires a token for profiles', async () => {
    const { simulator } = createSimulatedOAuth()
    const { keys } = await (await simulator.fetch(new Request(`${url}/google/jwks`))).json()
    expect(keys).toHaveLength(1)
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(keys[0]).not.toHaveProperty(name)
    for (const path of ['google/userinfo', 'github/user', 'github/user/emails', 'twitter/users/me'])
      expect((await simulator.fetch(new Request(`${url}/${path}`))).status).toBe(401)
  })

  it.each(providerNames)(
    'completes the OAuth flow with %s, from the authorization request to a session',
    async (provider) => {
      const { core } = testCore()
      const simulator = createSimulator({ url, accounts: [taken, longId] })
      const providers = oauthProviders(simulator.providers)
      const { page, submit } = browse(simulator.fetch)
      const policy = { linking: 'never', acceptsUnverifiedEmail: false, syncsProfile: true } as const

      const signIn = async (account: string, decision = 'allow') => {
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
      expect(await signIn(robinReed)).toMatchObject({
        isNew: true,
        issued: { user: { name: 'Robin Reed', provider } },
      })
      expect(await signIn(robinReed)).toMatchObject({ isNew: false })
      expect(await signIn(longId.subject)).toMatchObject({ isNew: true })
      await expect(signIn(unverified)).rejects.toMatchObject({ code: 'oauthEmailMissing' })
      await expect(signIn(without)).rejects.toMatchObject({ code: 'oauthEmailMissing' })
      await expect(signIn('7')).rejects.toMatchObject({ code: 'accountNotLinked' })
      await expect(signIn(robinReed, 'deny')).rejects.toMatchObject({ code: 'oauthDenied' })
    },
  )
})
