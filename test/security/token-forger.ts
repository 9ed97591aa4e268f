import { generateKeyPair, SignJWT } from 'jose'
import { robin, url } from '../adapters/oauth.fixture.ts'

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600
const base64 = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** A Google that signs what a test wants it to, and a key of somebody else. */
export async function createTokenForger() {
  const [own, other] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')]
  const jwk = { ...(await crypto.subtle.exportKey('jwk', own.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }
  const evilJwk = await crypto.subtle.exportKey('jwk', other.publicKey)
  let nonce: unknown
  let make = async () => ''
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
    async bend(path: string, fetchOriginal: () => Promise<Response>) {
      if (path === '/google/jwks') return Response.json({ keys: [jwk] })
      const response = await fetchOriginal()
      return path === '/google/token'
        ? Response.json({ ...(await response.json()), id_token: await make() })
        : response
    },
  }
}
