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
import { authorizationUrl, browse, taken } from './consent-browser.ts'

/** Google's ids have 21 digits, which a JSON number cannot hold exactly. */
const longId = {
  subject: '100000000000000000001',
  name: 'Leo Martin',
  email: 'leo@example.com',
  emailVerified: true,
}

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
