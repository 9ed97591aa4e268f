import { describe, expect, it } from 'vitest'
import { oauthProviders } from '../../src/adapters/oauth/index.ts'
import type { ProviderName } from '../../src/sandbox/simulator/index.ts'
import { authError } from '../support/auth-error.ts'
import {
  challenge,
  createSimulatedOAuth,
  providerNames,
  redirectUri,
  robin,
  url,
  verifier,
} from './oauth.fixture.ts'

describe('the profile from an OAuth provider', () => {
  it.each(providerNames)('returns the whole profile from %s', async (name) => {
    expect(await createSimulatedOAuth().profile(name, robin)).toEqual({
      subject: '101',
      email: 'robin@example.com',
      emailVerified: true,
      name: 'Robin Reed',
      picture: `${url}/pictures/RR`,
    })
  })

  it.each(['google', 'github'] as const)(
    'returns an unverified email from %s as unverified',
    async (name) => {
      const account = { ...robin, emailVerified: false }
      expect(await createSimulatedOAuth().profile(name, account)).toMatchObject({
        email: robin.email,
        emailVerified: false,
      })
    },
  )

  it.each(providerNames)('returns null for a %s account without an email', async (name) => {
    const account = { ...robin, email: null, emailVerified: false }
    expect(await createSimulatedOAuth().profile(name, account)).toMatchObject({
      email: null,
      emailVerified: false,
    })
  })

  it('treats an email from github as verified only if the list of emails says so', async () => {
    const profileFor = (email: string | null, list: object[]) =>
      createSimulatedOAuth({
        intercept: async (path, respond) => {
          if (path === '/github/user') return Response.json({ id: 1, login: 'robin', email })
          return path === '/github/user/emails' ? Response.json(list) : respond()
        },
      }).profile('github', robin)
    const entry = (email: string, verified: boolean, primary = false) => ({ email, verified, primary })
    const list = [entry('a@x.example', false, true), entry('B@x.example', true)]
    expect(await profileFor('b@x.example', list)).toMatchObject({
      email: 'b@x.example',
      emailVerified: true,
      name: 'robin',
    })
    expect(await profileFor('a@x.example', list)).toMatchObject({
      email: 'a@x.example',
      emailVerified: false,
    })
    expect(await profileFor(null, list)).toMatchObject({ email: 'a@x.example', emailVerified: false })
    expect(await profileFor('c@x.example', list)).toMatchObject({
      email: 'c@x.example',
      emailVerified: false,
    })
    expect(await profileFor(null, [])).toMatchObject({ email: null, emailVerified: false })
  })

  it('accepts a code that an app requested itself, without PKCE', async () => {
    const { simulator, provider } = createSimulatedOAuth()
    for (const name of providerNames) {
      const authorizationUrl = new URL(`${url}/${name}/authorize`)
      const parameters = {
        client_id: 'simulator',
        redirect_uri: redirectUri,
        response_type: 'code',
        state: name,
        nonce: 'n',
      }
      for (const [key, value] of Object.entries(parameters)) authorizationUrl.searchParams.set(key, value)
      await simulator.fetch(new Request(authorizationUrl))
      const code = new URL(simulator.decide(name, { account: robin }) ?? '').searchParams.get('code') ?? ''
      expect(await provider(name).exchange({ code, redirectUri })).toMatchObject({ subject: '101' })
    }
  })
})

it('sends access_type=offline to Google only if the API asks for it', () => {
  const { provider } = createSimulatedOAuth()
  const request = { state: 's', challenge, nonce: 'nonce', redirectUri }
  const accessType = (name: ProviderName, offlineAccess?: boolean) =>
    new URL(provider(name).authorizationUrl({ ...request, offlineAccess })).searchParams.get('access_type')
  expect(accessType('google', true)).toBe('offline')
  expect(accessType('google')).toBeNull()
  expect(accessType('github', true)).toBeNull()
})

describe('O02: the authorization URL', () => {
  it.each(providerNames)('sends an S256 PKCE challenge to %s', (name) => {
    const { provider } = createSimulatedOAuth()
    const request = { state: 'a b', challenge, nonce: 'nonce', redirectUri }
    const sent = new URL(provider(name).authorizationUrl(request)).searchParams
    expect(Object.fromEntries(sent)).toMatchObject({
      response_type: 'code',
      client_id: 'simulator',
      redirect_uri: redirectUri,
      state: 'a b',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })
    expect(sent.get('scope')).toBeTruthy()
    expect(
      new URL(provider(name).authorizationUrl({ ...request, scope: 'x y' })).searchParams.get('scope'),
    ).toBe('x y')
  })

  it('redirects to the real providers by default', () => {
    const credentials = { clientId: 'id', clientSecret: 'secret' }
    const real = oauthProviders({ google: credentials, github: credentials, twitter: credentials })
    const request = { state: 's', challenge, nonce: 'n', redirectUri }
    expect([...real.values()].map((provider) => new URL(provider.authorizationUrl(request)).host)).toEqual([
      'accounts.google.com',
      'github.com',
      'x.com',
    ])
  })
})

describe('O02, O03: an authorization code', () => {
  it.each(providerNames)(
    'rejects a code of %s with a wrong or missing verifier, or at its second use',
    async (name) => {
      const { provider, consent } = createSimulatedOAuth()
      const code = async () => (await consent(name, robin)).get('code') ?? ''
      const grant = { redirectUri, nonce: challenge }
      const invalid = authError('invalidOAuthCode')
      const other = verifier.replace('d', 'e')
      await expect(
        provider(name).exchange({ ...grant, code: await code(), verifier: other }),
      ).rejects.toEqual(invalid)
      await expect(provider(name).exchange({ ...grant, code: await code() })).rejects.toEqual(invalid)
      const used = await code()
      await provider(name).exchange({ ...grant, code: used, verifier })
      await expect(provider(name).exchange({ ...grant, code: used, verifier })).rejects.toEqual(invalid)
    },
  )

  it('rejects a code with the wrong redirect URI, at the wrong provider, or that was never issued', async () => {
    const { provider, consent } = createSimulatedOAuth()
    const code = (await consent('google', robin)).get('code') ?? ''
    const otherRedirect = { code, redirectUri: 'http://localhost:8090/other', verifier, nonce: challenge }
    await expect(provider('google').exchange(otherRedirect)).rejects.toEqual(authError('invalidOAuthCode'))
    const another = (await consent('google', robin)).get('code') ?? ''
    await expect(
      provider('github').exchange({ code: another, redirectUri, verifier, nonce: challenge }),
    ).rejects.toEqual(authError('invalidOAuthCode', 'bad_verification_code'))
    await expect(provider('twitter').exchange({ code: 'x', redirectUri, verifier })).rejects.toEqual(
      authError('invalidOAuthCode'),
    )
  })
})
