import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { oauthProviders } from '../../src/adapters/oauth/index.ts'
import { createSimulator, type ProviderName } from '../../src/sandbox/simulator/index.ts'
import { challenge, names, redirectUri, robin, simulated, url, verifier } from './oauth.fixture.ts'

const refused = (code: string, reason?: string) =>
  expect.objectContaining({ name: 'AuthError', code, ...(reason && { details: { reason } }) })

describe('a provider', () => {
  it.each(names)('%s tells who it is', async (name) => {
    expect(await simulated().profile(name, robin)).toEqual({
      subject: '101',
      email: 'robin@example.com',
      emailVerified: true,
      name: 'Robin Reed',
      picture: `${url}/pictures/RR`,
    })
  })

  it.each(['google', 'github'] as const)('%s tells an address that it does not vouch for', async (name) => {
    const account = { ...robin, emailVerified: false }
    expect(await simulated().profile(name, account)).toMatchObject({
      email: robin.email,
      emailVerified: false,
    })
  })

  it.each(names)('%s tells of no address where there is none', async (name) => {
    const account = { ...robin, email: null, emailVerified: false }
    expect(await simulated().profile(name, account)).toMatchObject({ email: null, emailVerified: false })
  })

  it('github is believed about an address only as far as its list of addresses says so', async () => {
    const shown = (email: string | null, list: object[]) =>
      simulated({
        bend: async (path, answer) => {
          if (path === '/github/user') return Response.json({ id: 1, login: 'robin', email })
          return path === '/github/user/emails' ? Response.json(list) : answer()
        },
      }).profile('github', robin)
    const entry = (email: string, verified: boolean, primary = false) => ({ email, verified, primary })
    const list = [entry('a@x.example', false, true), entry('B@x.example', true)]
    expect(await shown('b@x.example', list)).toMatchObject({
      email: 'b@x.example',
      emailVerified: true,
      name: 'robin',
    })
    expect(await shown('a@x.example', list)).toMatchObject({ email: 'a@x.example', emailVerified: false })
    expect(await shown(null, list)).toMatchObject({ email: 'a@x.example', emailVerified: false })
    expect(await shown('c@x.example', list)).toMatchObject({ email: 'c@x.example', emailVerified: false })
    expect(await shown(null, [])).toMatchObject({ email: null, emailVerified: false })
  })

  it('takes the code that an app asked for itself', async () => {
    const { simulator, provider } = simulated()
    for (const name of names) {
      const ask = new URL(`${url}/${name}/authorize`)
      const asked = {
        client_id: 'simulator',
        redirect_uri: redirectUri,
        response_type: 'code',
        state: name,
        nonce: 'n',
      }
      for (const [key, value] of Object.entries(asked)) ask.searchParams.set(key, value)
      await simulator.fetch(new Request(ask))
      const code = new URL(simulator.decide(name, robin) ?? '').searchParams.get('code') ?? ''
      expect(await provider(name).exchange({ code, redirectUri })).toMatchObject({ subject: '101' })
    }
  })
})

it('sends access_type=offline to Google only if the API asks for it', () => {
  const { provider } = simulated()
  const request = { state: 's', challenge, nonce: 'nonce', redirectUri }
  const accessType = (name: ProviderName, offlineAccess?: boolean) =>
    new URL(provider(name).authorizationUrl({ ...request, offlineAccess })).searchParams.get('access_type')
  expect(accessType('google', true)).toBe('offline')
  expect(accessType('google')).toBeNull()
  expect(accessType('github', true)).toBeNull()
})

describe('O02: the authorization address', () => {
  it.each(names)('of %s carries PKCE with S256', (name) => {
    const { provider } = simulated()
    const ask = { state: 'a b', challenge, nonce: 'nonce', redirectUri }
    const sent = new URL(provider(name).authorizationUrl(ask)).searchParams
    expect(Object.fromEntries(sent)).toMatchObject({
      response_type: 'code',
      client_id: 'simulator',
      redirect_uri: redirectUri,
      state: 'a b',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })
    expect(sent.get('scope')).toBeTruthy()
    expect(new URL(provider(name).authorizationUrl({ ...ask, scope: 'x y' })).searchParams.get('scope')).toBe(
      'x y',
    )
  })

  it('is that of the real providers by default', () => {
    const credentials = { clientId: 'id', clientSecret: 'secret' }
    const real = oauthProviders({ google: credentials, github: credentials, twitter: credentials })
    const ask = { state: 's', challenge, nonce: 'n', redirectUri }
    expect([...real.values()].map((one) => new URL(one.authorizationUrl(ask)).host)).toEqual([
      'accounts.google.com',
      'github.com',
      'x.com',
    ])
  })
})

describe('O02, O03: a code', () => {
  it.each(names)('of %s is refused with another verifier, without one, and a second time', async (name) => {
    const { provider, consent } = simulated()
    const code = async () => (await consent(name, robin)).get('code') ?? ''
    const grant = { redirectUri, nonce: challenge }
    const invalid = refused('invalidOAuthCode')
    const other = verifier.replace('d', 'e')
    await expect(provider(name).exchange({ ...grant, code: await code(), verifier: other })).rejects.toEqual(
      invalid,
    )
    await expect(provider(name).exchange({ ...grant, code: await code() })).rejects.toEqual(invalid)
    const used = await code()
    await provider(name).exchange({ ...grant, code: used, verifier })
    await expect(provider(name).exchange({ ...grant, code: used, verifier })).rejects.toEqual(invalid)
  })

  it('is refused for another callback, at another provider, and when nobody ever gave it out', async () => {
    const { provider, consent } = simulated()
    const code = (await consent('google', robin)).get('code') ?? ''
    const elsewhere = { code, redirectUri: 'http://localhost:8090/other', verifier, nonce: challenge }
    await expect(provider('google').exchange(elsewhere)).rejects.toEqual(refused('invalidOAuthCode'))
    const another = (await consent('google', robin)).get('code') ?? ''
    await expect(
      provider('github').exchange({ code: another, redirectUri, verifier, nonce: challenge }),
    ).rejects.toEqual(refused('invalidOAuthCode', 'bad_verification_code'))
    await expect(provider('twitter').exchange({ code: 'x', redirectUri, verifier })).rejects.toEqual(
      refused('invalidOAuthCode'),
    )
  })
})

describe('O05: an ID token', () => {
  const issuer = `${url}/google`
  const good = {
    iss: issuer,
    aud: 'simulator',
    sub: '666',
    email: 'victim@example.com',
    email_verified: true,
  }
  const now = () => Math.floor(Date.now() / 1000)

  /** What becomes of a token that comes in place of the provider's own, both ways that tokens come. */
  async function fate(token: string) {
    const { profile, provider } = simulated({
      bend: async (path, answer) => {
        const response = await answer()
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
    const jwt = new SignJWT({ iat: now(), exp: now() + 600, nonce: challenge, ...good, ...claims })
    return jwt.setProtectedHeader({ alg: 'RS256', kid: 'simulator', ...header }).sign(privateKey)
  }

  it("signed by an attacker's key is refused, whatever its header points to", async () => {
    const { publicKey } = await generateKeyPair('RS256')
    const jwk = await crypto.subtle.exportKey('jwk', publicKey)
    for (const header of [{}, { kid: 'other' }, { kid: undefined }, { jku: 'https://evil.example' }, { jwk }])
      expect(new Set(await fate(await sign({}, header)))).toEqual(new Set(['invalidIdToken']))
  })

  it('without a signature, with a symmetric one, or none at all is refused', async () => {
    const none = new UnsecuredJWT({ ...good, nonce: challenge })
      .setIssuedAt()
      .setExpirationTime('1h')
      .encode()
    const symmetric = await new SignJWT({ ...good, nonce: challenge, iat: now(), exp: now() + 600 })
      .setProtectedHeader({ alg: 'HS256', kid: 'simulator' })
      .sign(new TextEncoder().encode('simulated, but longer than 256 bits'))
    for (const token of [none, none.slice(0, -1), symmetric, 'no.token.here', 'x'])
      expect(await fate(token)).toEqual(['invalidIdToken', 'invalidIdToken'])
  })

  it.each([
    ['another issuer', { iss: 'https://accounts.evil.example' }],
    ['another audience', { aud: 'another-client' }],
    ['several audiences, made for another', { aud: ['simulator', 'other'], azp: 'other' }],
    ['an end in the past', { exp: now() - 60 }],
    ['no end', { exp: undefined }],
    ['a beginning in the future', { nbf: now() + 600 }],
    ['no subject', { sub: undefined }],
  ])('of the right key with %s is refused', async (_, claims) => {
    // The simulator signs whatever it is: its signing key is caught on the way.
    const { provider } = await withKey()
    const token = await provider.sign(claims)
    await expect(provider.google.verifyIdToken?.(token)).rejects.toEqual(refused('invalidIdToken'))
    await expect(provider.exchange(token)).rejects.toEqual(refused('invalidIdToken'))
  })

  it('of the right key with another nonce is refused, where one was asked for', async () => {
    const { provider } = await withKey()
    const token = await provider.sign({ nonce: 'of another attempt' })
    await expect(provider.exchange(token)).rejects.toEqual(refused('invalidIdToken', 'nonce'))
    expect(await provider.google.verifyIdToken?.(token)).toMatchObject({ subject: '666' })
    expect(await provider.exchange(await provider.sign({}))).toMatchObject({
      subject: '666',
      emailVerified: true,
    })
  })

  it('vouches for an address only by saying exactly true', async () => {
    const { provider } = await withKey()
    for (const email_verified of ['true', 1, null, undefined, false])
      expect(await provider.exchange(await provider.sign({ email_verified }))).toMatchObject({
        emailVerified: false,
      })
  })

  /** A provider whose key the test has. */
  async function withKey() {
    const { publicKey, privateKey } = await generateKeyPair('RS256')
    const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }
    const sign = (claims: Record<string, unknown>) =>
      new SignJWT({ iat: now(), exp: now() + 600, nonce: challenge, ...good, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'k' })
        .sign(privateKey)
    let token = ''
    const { provider, consent } = simulated({
      bend: async (path, answer) => {
        if (path === '/google/jwks') return Response.json({ keys: [jwk] })
        const response = await answer()
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

describe('O09: a provider that misbehaves', () => {
  const toStall = () => new Promise<Response>(() => {})
  const huge = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(32)),
      }),
    )
  const misbehaviours: [string, () => Promise<Response>][] = [
    ['redirects to this machine', async () => Response.redirect('http://127.0.0.1:1/')],
    ['sends without end', async () => huge()],
    ['never answers', toStall],
    ['never finishes its answer', async () => new Response(new ReadableStream())],
    ['fails', async () => new Response('{}', { status: 500 })],
    [
      'answers HTML',
      async () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }),
    ],
    ['answers nothing', async () => new Response(null, { status: 204 })],
    ['answers a number', async () => Response.json(1)],
    ['answers null', async () => Response.json(null)],
    ['hangs up', () => Promise.reject(new TypeError('fetch failed'))],
    ['does not know our secret', async () => Response.json({ error: 'invalid_client' }, { status: 401 })],
    ['answers another kind of token', async () => Response.json({ access_token: 'a', token_type: 'mac' })],
  ]

  const places: [ProviderName, string, string[]][] = [
    ...names.map((name): [ProviderName, string, string[]] => [name, `/${name}/token`, ['oauthFailed']]),
    ['google', '/google/jwks', ['oauthFailed']],
    // Whoever takes too long fails as a whole.
    ['github', '/github/user', ['oauthProfileUnreadable', 'oauthFailed']],
    ['github', '/github/user/emails', ['oauthProfileUnreadable', 'oauthFailed']],
    ['twitter', '/twitter/users/me', ['oauthProfileUnreadable', 'oauthFailed']],
  ]

  it.each(misbehaviours)('and %s is at fault, wherever it does that', async (_, answer) => {
    await Promise.all(
      places.map(async ([name, place, codes]) => {
        const { profile } = simulated({
          timeoutMs: 400,
          bend: (path, ordinary) => (path.split('?')[0] === place ? answer() : ordinary()),
        })
        const outcome = await profile(name, robin).catch((error) => error.code)
        expect(codes, place).toContain(outcome)
      }),
    )
  })

  it('is asked no more once its time is over, and left alone', async () => {
    let signal: AbortSignal | null | undefined
    const { profile } = simulated({
      timeoutMs: 100,
      bend: (_, __, init) => {
        signal = init?.signal
        return toStall()
      },
    })
    await expect(profile('github', robin)).rejects.toEqual(refused('oauthFailed', 'timeout'))
    expect(signal?.aborted).toBe(true)
  })

  it('hears of no redirect being followed', async () => {
    const { profile, calls } = simulated({
      bend: async () => Response.redirect(`${url}/github/user`, 302),
    })
    await expect(profile('github', robin)).rejects.toEqual(refused('oauthFailed', 'redirect'))
    expect(calls).toEqual(['/github/token'])
  })
})

describe('O09: settings that cannot be right refuse the start', () => {
  const settings = { clientId: 'id', clientSecret: 'secret' }

  it('where half of the credentials is missing', () => {
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
  ])('where a provider would be at %s', (token) => {
    expect(() => oauthProviders({ twitter: { ...settings, endpoints: { token } } })).toThrow(
      'The token address of the OAuth provider twitter must be public and begin with https://.',
    )
    const isAddress = URL.canParse(token)
    if (isAddress) oauthProviders({ twitter: { ...settings, endpoints: { token }, allowInsecure: true } })
  })

  it('but a provider without any is just not there', () => {
    expect([...oauthProviders({ github: settings }).keys()]).toEqual(['github'])
    expect(createSimulator({ url }).providers.google?.clientId).toBe('simulator')
  })
})
