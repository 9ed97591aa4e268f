import { describe, expect, it } from 'vitest'
import { oauthProviders } from '../../src/adapters/oauth/index.ts'
import { createSimulator, type ProviderName } from '../../src/sandbox/simulator/index.ts'
import { authError } from '../support/auth-error.ts'
import { createSimulatedOAuth, providerNames, robin, url } from './oauth.fixture.ts'

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
