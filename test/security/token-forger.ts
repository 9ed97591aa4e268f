import { generateKeyPair, SignJWT } from 'jose'
import { robin, url } from '../adapters/oauth.fixture.ts'

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600
const base64 = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** Replaces Google's ID tokens with ones that a test signs, with the key of Google or of an attacker. */
export async function createTokenForger() {
  const [googleKeys, attackerKeys] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')]
  const jwk = {
    ...(await crypto.subtle.exportKey('jwk', googleKeys.publicKey)),
    kid: 'k',
    alg: 'RS256',
    use: 'sig',
  }
  const attackerJwk = await crypto.subtle.exportKey('jwk', attackerKeys.publicKey)
  let nonce: unknown
  let makeToken = async () => ''
  const claims = (change: Record<string, unknown> = {}) => ({
    ...{ iss: `${url}/google`, aud: 'simulator', sub: robin.subject, name: robin.name },
    ...{ email: robin.email, email_verified: true, iat: inAnHour() - 3600, exp: inAnHour(), nonce },
    ...change,
  })
  const sign = (change: Record<string, unknown> = {}, key = googleKeys.privateKey, header = {}) =>
    new SignJWT(claims(change)).setProtectedHeader({ alg: 'RS256', kid: 'k', ...header }).sign(key)
  const attackerKey = attackerKeys.privateKey
  const tokens: Record<string, () => Promise<string>> = {
    'of another issuer': () => sign({ iss: 'https://evil.example' }),
    'of an issuer with the same prefix': () => sign({ iss: `${url}/google.evil.example` }),
    'for another client': () => sign({ aud: 'another-client' }),
    'for several audiences and another azp': () => sign({ aud: ['simulator', 'else'], azp: 'else' }),
    'with exp in the past': () => sign({ exp: inAnHour() - 7200 }),
    'without exp': () => sign({ exp: undefined }),
    'without sub': () => sign({ sub: undefined }),
    'signed with the key of the attacker': () => sign({}, attackerKey),
    'with the key of the attacker in its header': () => sign({}, attackerKey, { jwk: attackerJwk }),
    'with a jku of the attacker': () => sign({}, attackerKey, { jku: 'https://evil.example/jwks' }),
    'with an unknown kid': () => sign({}, googleKeys.privateKey, { kid: 'unknown' }),
    unsigned: async () => `${base64({ alg: 'none' })}.${base64(claims())}.`,
    malformed: async () => 'nonsense',
  }
  return {
    sign,
    tokens,
    /** Sets the ID token that the provider returns. */
    respondWith: (token: () => Promise<string>) => {
      makeToken = token
    },
    /** Sets the nonce of the current sign-in. */
    expectNonce: (value: unknown) => {
      nonce = value
    },
    async intercept(path: string, fetchOriginal: () => Promise<Response>) {
      if (path === '/google/jwks') return Response.json({ keys: [jwk] })
      const response = await fetchOriginal()
      return path === '/google/token'
        ? Response.json({ ...(await response.json()), id_token: await makeToken() })
        : response
    },
  }
}
