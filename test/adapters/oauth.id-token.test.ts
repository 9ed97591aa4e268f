import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { authError } from '../support/auth-error.ts'
import { challenge, createSimulatedOAuth, redirectUri, robin, url, verifier } from './oauth.fixture.ts'

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
