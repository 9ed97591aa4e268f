import { generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { robin, url } from '../platform/oauth.fixture.ts'
import type { Got } from './dialect.ts'
import { openJourneys } from './journeys.ts'
import { everywhere, openSubject } from './subject.ts'

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600
const base64 = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** A Google that signs what a test wants it to, and a key of somebody else. */
async function forge() {
  const [own, other] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')]
  const jwk = { ...(await crypto.subtle.exportKey('jwk', own.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }
  const evilJwk = await crypto.subtle.exportKey('jwk', other.publicKey)
  let nonce: unknown
  let make = async (_: Record<string, unknown>): Promise<string> => ''
  const claims = (change: Record<string, unknown> = {}) => ({
    ...{ iss: `${url}/google`, aud: 'simulator', sub: robin.subject, name: robin.name },
    ...{ email: robin.email, email_verified: true, iat: inAnHour() - 3600, exp: inAnHour(), nonce },
    ...change,
  })
  const sign = (change: Record<string, unknown> = {}, key = own.privateKey, header = {}) =>
    new SignJWT(claims(change)).setProtectedHeader({ alg: 'RS256', kid: 'k', ...header }).sign(key)
  const evil = other.privateKey
  const tokens: Record<string, () => Promise<string>> = {
    'of another issuer': () => sign({ iss: 'https://evil.example' }),
    'of an issuer that only begins as ours': () => sign({ iss: `${url}/google.evil.example` }),
    'for another client': () => sign({ aud: 'somebody-else' }),
    'for several, made for another': () => sign({ aud: ['simulator', 'else'], azp: 'else' }),
    'that has expired': () => sign({ exp: inAnHour() - 7200 }),
    'that never expires': () => sign({ exp: undefined }),
    'without a subject': () => sign({ sub: undefined }),
    'with a key of the attacker': () => sign({}, evil),
    'with a key of the attacker in its header': () => sign({}, evil, { jwk: evilJwk }),
    'with a key of the attacker behind an address': () =>
      sign({}, evil, { jku: 'https://evil.example/jwks' }),
    'with an unknown key': () => sign({}, own.privateKey, { kid: 'unknown' }),
    'that is not signed': async () => `${base64({ alg: 'none' })}.${base64(claims())}.`,
    'that is none': async () => 'nonsense',
  }
  return {
    sign,
    tokens,
    /** Comes back from the provider in place of its own token. */
    answerWith: (token: () => Promise<string>) => {
      make = token
    },
    /** Of the sign-in under way. */
    expectNonce: (value: unknown) => {
      nonce = value
    },
    async bend(path: string, answer: () => Promise<Response>) {
      if (path === '/google/jwks') return Response.json({ keys: [jwk] })
      const response = await answer()
      return path === '/google/token'
        ? Response.json({ ...(await response.json()), id_token: await make({}) })
        : response
    },
  }
}

const toStall = () => new Promise<Response>(() => {})
const misbehaviours: [string, () => Promise<Response>][] = [
  ['redirects to this machine', async () => Response.redirect('http://127.0.0.1:1/', 302)],
  [
    'sends without end',
    async () =>
      new Response(
        new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65_536).fill(32)) }),
        { headers: { 'content-type': 'application/json' } },
      ),
  ],
  ['never answers', toStall],
  ['never finishes its answer', async () => new Response(new ReadableStream())],
  ['fails', async () => Response.json({}, { status: 500 })],
  ['answers HTML', async () => new Response('<p>', { headers: { 'content-type': 'text/html' } })],
  ['hangs up', () => Promise.reject(new TypeError('fetch failed'))],
  ['does not know our secret', async () => Response.json({ error: 'invalid_client' }, { status: 401 })],
]

describe.each(everywhere('oauth'))('$name', (one) => {
  it('O05 believes an ID token of its own provider alone, made for it and for this sign-in', async () => {
    const forger = await forge()
    const { depart, agree, comeBack, ways, counts } = await openJourneys(one, { bend: forger.bend })
    const travel = async (token: () => Promise<string>): Promise<Got> => {
      const departure = await depart('google')
      forger.expectNonce(departure.away.searchParams.get('nonce'))
      forger.answerWith(token)
      return comeBack(await agree(departure), departure.cookie)
    }
    const before = await counts()
    const forged = { ...forger.tokens, 'of another sign-in': () => forger.sign({ nonce: 'another' }) }
    for (const [what, token] of Object.entries(forged)) {
      const answer = await travel(token)
      expect([what, ways.credentialIn(answer)]).toEqual([what, undefined])
      expect([302, 400, 401, 500]).toContain(answer.status)
    }
    expect(await counts()).toEqual(before)
    expect(ways.credentialIn(await travel(() => forger.sign()))).toBeDefined()
  })

  it.each(misbehaviours)(
    'O09 signs nobody in through a provider that %s, and keeps nothing of it',
    async (_, answer) => {
      for (const place of ['/github/token', '/github/user']) {
        const { travel, ways, counts } = await openJourneys(one, {
          timeoutMs: 300,
          bend: (path, ordinary) => (path === place ? answer() : ordinary()),
        })
        const before = await counts()
        const got = await travel()
        expect(ways.credentialIn(got)).toBeUndefined()
        expect([302, 400, 500, 502, 503]).toContain(got.status)
        expect(await counts()).toEqual(before)
      }
    },
  )

  it('O09 does not start with a provider of which the secret is missing, and knows none without credentials', async () => {
    const half = { github: { clientId: 'id', clientSecret: '' } }
    await expect(openSubject(one, { oauth: half })).rejects.toThrow(
      'needs both a client id and a client secret',
    )
    const { send, oauth, settings } = await openSubject(one)
    await settings({ providers: { github: 'unconfigured' } })
    const answer = await send(oauth.start('github'))
    expect([400, 404]).toContain(answer.status)
    expect(oauth.awayIn(answer)).toBeUndefined()
  })
})
