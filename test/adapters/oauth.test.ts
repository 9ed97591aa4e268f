import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { oauthProviders } from '../../src/adapters/oauth/index.ts'
import { createSimulator, type ProviderName } from '../../src/sandbox/simulator/index.ts'
import {
  challenge,
  createSimulatedOAuth,
  providerNames,
  redirectUri,
  robin,
  url,
  verifier,
} from './oauth.fixture.ts'

const authError = (code: string, reason?: string) =>
  expect.objectContaining({ name: 'AuthError', code, ...(reason && { details: { reason } }) })

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

describe('O05: an ID token', () => {
  const issuer = `${url}/google`
  const validClaims = {
    iss: issuer,
    aud: 'simulator',
    sub: '666',
    email: 'victim@example.com',
    email_verified: true,
  }
  const now = () => Math.floor(Date.now() / 1000)

  /** Returns the outcome of an injected ID token, from the token endpoint and passed by an app. */
  async function outcomesOf(token: string) {
    const { profile, provider } = createSimulatedOAuth({
      intercept: async (path, respond) => {
        const response = await respond()
        return path === '/google/token'
          ? Response.json({ ...(await response.json()), id_token: token })
          : response
      },
    })
    const code = (error: { code: string }) => error.code
    return [
      await profile('google', robin).then(() => 'accepted', code),
      await provider('google')
        .verifyIdToken?.(token)
        .then(() => 'accepted', code),
    ]
  }

  const sign = async (claims: Record<string, unknown>, header = {}) => {
    const { privateKey } = await generateKeyPair('RS256')
    const jwt = new SignJWT({ iat: now(), exp: now() + 600, nonce: challenge, ...validClaims, ...claims })
    return jwt.setProtectedHeader({ alg: 'RS256', kid: 'simulator', ...header }).sign(privateKey)
  }

  it('rejects an ID token signed with an unknown key, regardless of its header', async () => {
    const { publicKey } = await generateKeyPair('RS256')
    const jwk = await crypto.subtle.exportKey('jwk', publicKey)
    for (const header of [{}, { kid: 'other' }, { kid: undefined }, { jku: 'https://evil.example' }, { jwk }])
      expect(new Set(await outcomesOf(await sign({}, header)))).toEqual(new Set(['invalidIdToken']))
  })

  it('rejects unsigned, symmetrically signed and malformed ID tokens', async () => {
    const none = new UnsecuredJWT({ ...validClaims, nonce: challenge })
      .setIssuedAt()
      .setExpirationTime('1h')
      .encode()
    const symmetric = await new SignJWT({ ...validClaims, nonce: challenge, iat: now(), exp: now() + 600 })
      .setProtectedHeader({ alg: 'HS256', kid: 'simulator' })
      .sign(new TextEncoder().encode('simulated, but longer than 256 bits'))
    for (const token of [none, none.slice(0, -1), symmetric, 'no.token.here', 'x'])
      expect(await outcomesOf(token)).toEqual(['invalidIdToken', 'invalidIdToken'])
  })

  it.each([
    ['another issuer', { iss: 'https://accounts.evil.example' }],
    ['another audience', { aud: 'another-client' }],
    ['several audiences, issued to another client', { aud: ['simulator', 'other'], azp: 'other' }],
    ['an expiry in the past', { exp: now() - 60 }],
    ['no expiry', { exp: undefined }],
    ['a start in the future', { nbf: now() + 600 }],
    ['no subject', { sub: undefined }],
  ])('rejects an ID token with a valid signature but %s', async (_, claims) => {
    const { provider } = await createSigner()
    const token = await provider.sign(claims)
    await expect(provider.google.verifyIdToken?.(token)).rejects.toEqual(authError('invalidIdToken'))
    await expect(provider.exchange(token)).rejects.toEqual(authError('invalidIdToken'))
  })

  it('rejects an ID token with the wrong nonce if one was requested', async () => {
    const { provider } = await createSigner()
    const token = await provider.sign({ nonce: 'other nonce' })
    await expect(provider.exchange(token)).rejects.toEqual(authError('invalidIdToken', 'nonce'))
    expect(await provider.google.verifyIdToken?.(token)).toMatchObject({ subject: '666' })
    expect(await provider.exchange(await provider.sign({}))).toMatchObject({
      subject: '666',
      emailVerified: true,
    })
  })

  it('verifies an email only if email_verified is exactly true', async () => {
    const { provider } = await createSigner()
    for (const email_verified of ['true', 1, null, undefined, false])
      expect(await provider.exchange(await provider.sign({ email_verified }))).toMatchObject({
        emailVerified: false,
      })
  })

  /** Replaces the keys of the provider with one that the test can sign with. */
  async function createSigner() {
    const { publicKey, privateKey } = await generateKeyPair('RS256')
    const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }
    const sign = (claims: Record<string, unknown>) =>
      new SignJWT({ iat: now(), exp: now() + 600, nonce: challenge, ...validClaims, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'k' })
        .sign(privateKey)
    let token = ''
    const { provider, consent } = createSimulatedOAuth({
      intercept: async (path, respond) => {
        if (path === '/google/jwks') return Response.json({ keys: [jwk] })
        const response = await respond()
        return path === '/google/token'
          ? Response.json({ ...(await response.json()), id_token: token })
          : response
      },
    })
    const exchange = async (idToken: string) => {
      token = idToken
      const code = (await consent('google', robin)).get('code') ?? ''
      return provider('google').exchange({ code, redirectUri, verifier, nonce: challenge })
    }
    return { provider: { google: provider('google'), sign, exchange } }
  }
})

describe('O09: a misbehaving OAuth provider', () => {
  const neverResponds = () => new Promise<Response>(() => {})
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(32)),
      }),
    )
  const misbehaviours: [string, () => Promise<Response>][] = [
    ['redirects to this machine', async () => Response.redirect('http://127.0.0.1:1/')],
    ['sends an endless body', async () => endless()],
    ['never responds', neverResponds],
    ['never finishes its response', async () => new Response(new ReadableStream())],
    ['responds with 500', async () => new Response('{}', { status: 500 })],
    [
      'responds with HTML',
      async () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }),
    ],
    ['responds without a body', async () => new Response(null, { status: 204 })],
    ['responds with a number', async () => Response.json(1)],
    ['responds with null', async () => Response.json(null)],
    ['closes the connection', () => Promise.reject(new TypeError('fetch failed'))],
    ['rejects the client secret', async () => Response.json({ error: 'invalid_client' }, { status: 401 })],
    ['returns another type of token', async () => Response.json({ access_token: 'a', token_type: 'mac' })],
  ]

  const endpoints: [ProviderName, string, string[]][] = [
    ...providerNames.map((name): [ProviderName, string, string[]] => [
      name,
      `/${name}/token`,
      ['oauthFailed'],
    ]),
    ['google', '/google/jwks', ['oauthFailed']],
    // A timeout fails the exchange as a whole, with oauthFailed.
    ['github', '/github/user', ['oauthProfileUnreadable', 'oauthFailed']],
    ['github', '/github/user/emails', ['oauthProfileUnreadable', 'oauthFailed']],
    ['twitter', '/twitter/users/me', ['oauthProfileUnreadable', 'oauthFailed']],
  ]

  it.each(misbehaviours)('throws an AuthError if any endpoint of the provider %s', async (_, misbehave) => {
    await Promise.all(
      endpoints.map(async ([name, endpoint, codes]) => {
        const { profile } = createSimulatedOAuth({
          timeoutMs: 400,
          intercept: (path, respond) => (path.split('?')[0] === endpoint ? misbehave() : respond()),
        })
        const outcome = await profile(name, robin).catch((error) => error.code)
        expect(codes, endpoint).toContain(outcome)
      }),
    )
  })

  it('aborts requests to a provider at the time limit', async () => {
    let signal: AbortSignal | null | undefined
    const { profile } = createSimulatedOAuth({
      timeoutMs: 100,
      intercept: (_, __, init) => {
        signal = init?.signal
        return neverResponds()
      },
    })
    await expect(profile('github', robin)).rejects.toEqual(authError('oauthFailed', 'timeout'))
    expect(signal?.aborted).toBe(true)
  })

  it('follows no redirects of a provider', async () => {
    const { profile, calls } = createSimulatedOAuth({
      intercept: async () => Response.redirect(`${url}/github/user`, 302),
    })
    await expect(profile('github', robin)).rejects.toEqual(authError('oauthFailed', 'redirect'))
    expect(calls).toEqual(['/github/token'])
  })
})

describe('O09: creating OAuth providers', () => {
  const settings = { clientId: 'id', clientSecret: 'secret' }

  it('throws when either client id or secret is missing', () => {
    expect(() => oauthProviders({ google: { ...settings, clientSecret: '' } })).toThrow(
      'The OAuth provider google needs both a client id and a client secret; set both or neither.',
    )
    expect(() => oauthProviders({ github: { ...settings, clientId: '' } })).toThrow('github needs both')
  })

  it.each([
    'http://idp.example/token',
    'https://localhost/token',
    'https://idp.localhost/token',
    'https://127.0.0.1/token',
    'https://2130706433/token',
    'https://10.0.0.7/token',
    'https://[::1]/token',
    'https://idp/token',
    'https://idp.internal/token',
    'ftp://idp.example/token',
    'token',
  ])('throws for the endpoint %s unless insecure URLs are allowed', (token) => {
    expect(() => oauthProviders({ twitter: { ...settings, endpoints: { token } } })).toThrow(
      'The token URL of the OAuth provider twitter must begin with https:// and have a public host.',
    )
    const isUrl = URL.canParse(token)
    if (isUrl) oauthProviders({ twitter: { ...settings, endpoints: { token }, allowInsecure: true } })
  })

  it('omits providers without settings', () => {
    expect([...oauthProviders({ github: settings }).keys()]).toEqual(['github'])
    expect(createSimulator({ url }).providers.google?.clientId).toBe('simulator')
  })
})
