import { base64url, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { signToken, verifyToken } from '../../src/core/access-tokens.ts'
import { newUser } from '../../src/core/accounts.ts'
import type { Core } from '../../src/core/ports.ts'
import { outcomeOf, testCore } from './core.ts'

const session = { id: 'session-1' }
const userOf = (core: Core) => newUser(core, { realm: '', email: 'ada@example.org', name: 'Ada' })
const tokenOf = (core: Core, type: 'access' | 'refresh' = 'access') =>
  signToken(core, type, {
    user: userOf(core),
    session,
    issuedAt: core.now(),
    expiresAt: core.now() + 3_600_000,
    id: 'token-1',
  })
const verify = (core: Core, token: string) => outcomeOf(verifyToken(core, 'access', token))
const partsOf = (token: string) => token.split('.') as [string, string, string]
const read = (part: string) => JSON.parse(new TextDecoder().decode(base64url.decode(part)))
const write = (value: unknown) => base64url.encode(JSON.stringify(value))
const keyOf = (core: Core) => new TextEncoder().encode(core.secrets[0])

/** Creates a token with a valid signature and arbitrary claims. */
const forge = async (core: Core, claims: object, header: object = {}) => {
  const good = read(partsOf(await tokenOf(core))[1])
  const payload = Object.fromEntries(
    Object.entries({ ...good, ...claims }).filter(([, value]) => value !== undefined),
  )
  const signed = `${write({ alg: 'HS256', typ: 'JWT', ...header })}.${write(payload)}`
  const key = await crypto.subtle.importKey('raw', keyOf(core), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(signed))
  return `${signed}.${base64url.encode(new Uint8Array(signature))}`
}

describe('access tokens', () => {
  it('signs tokens with exactly the documented header and times in whole seconds', async () => {
    const core = testCore()
    const [header, payload] = partsOf(await tokenOf(core))
    expect(new TextDecoder().decode(base64url.decode(header))).toBe('{"alg":"HS256","typ":"JWT"}')
    const { iat, exp } = read(payload)
    expect([iat, exp - iat]).toEqual([core.now() / 1000, 3600])
  })

  it('adds the claims of the variant, but never lets them replace registered claims', async () => {
    const core = testCore({
      accessToken: {
        claims: ({ name }, type) => ({ name, purpose: type, sub: 'another-user', type: 'admin' }),
      },
    })
    const token = await tokenOf(core)
    expect(read(partsOf(token)[1])).toMatchObject({ name: 'Ada', purpose: 'access', type: 'access' })
    expect((await verifyToken(core, 'access', token)).userId).not.toBe('another-user')
  })

  it('accepts a token repeatedly until the second in which it expires', async () => {
    const core = testCore()
    const token = await tokenOf(core)
    for (let round = 0; round < 3; round++) expect(await verify(core, token)).toBe('succeeded')
    core.advance(3599)
    expect(await verify(core, token)).toBe('succeeded')
    core.advance(1)
    expect(await verify(core, token)).toBe('expiredToken')
  })

  it('signs with the first secret and accepts all configured ones', async () => {
    const core = testCore()
    const old = await tokenOf(core)
    const rotated = { ...core, secrets: ['a newer secret, which is also long enough', ...core.secrets] }
    expect(await verify(rotated, old)).toBe('succeeded')
    const fresh = await tokenOf(rotated)
    expect(await verify(core, fresh)).toBe('invalidToken')
    const replaced = { ...core, secrets: rotated.secrets.slice(0, 1) }
    expect([await verify(replaced, fresh), await verify(replaced, old)]).toEqual([
      'succeeded',
      'invalidToken',
    ])
  })

  it('rejects tokens with the wrong type, issuer or audience', async () => {
    const core = testCore()
    expect(await verify(core, await tokenOf(core, 'refresh'))).toBe('invalidToken')
    const token = await tokenOf(core)
    expect(await outcomeOf(verifyToken(core, 'refresh', token))).toBe('invalidToken')
    expect(await verify(core, token)).toBe('succeeded')
    for (const other of [{ issuer: 'other' }, { audience: 'other' }]) {
      // Several servers of one process share the same secrets.
      const { rules } = testCore({ accessToken: other })
      expect(await verify({ ...core, rules }, token)).toBe('invalidToken')
    }
  })
})

describe('invalid access tokens', () => {
  it('rejects tokens that are not in the format of a JWT as malformed', async () => {
    const core = testCore()
    const [header, payload, signature] = partsOf(await tokenOf(core))
    for (const token of [
      '',
      'abc',
      'a.b',
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${payload}.${signature}.${signature}`,
      ` ${header}.${payload}.${signature}`,
      `${header}.${payload}. ${signature}`,
      `${header}.${payload}\n.${signature}`,
      `${header}.${payload}.${signature}=`,
      `${header}.${payload}.${'a'.repeat(10_000)}`,
    ])
      expect(await verify(core, token), token).toBe('malformedToken')
  })

  it('rejects unsigned tokens, bad signatures and other algorithms', async () => {
    const core = testCore()
    const [header, payload, signature] = partsOf(await tokenOf(core))
    const jwt = () => new SignJWT(read(payload))
    const { privateKey } = await generateKeyPair('RS256')
    const tokens = [
      ...['none', 'None', 'NONE', 'nOnE'].map(
        (alg) => `${write({ alg, typ: 'JWT' })}.${payload}.${signature}`,
      ),
      `${header}.${write({ ...read(payload), sub: 'admin' })}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -2)}`,
      'e30.e30.e30',
      'a.b.c',
      await jwt().setProtectedHeader({ alg: 'HS512', typ: 'JWT' }).sign(keyOf(core)),
      await jwt().setProtectedHeader({ alg: 'RS256', typ: 'JWT' }).sign(privateKey),
      await jwt().setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(new Uint8Array(32)),
    ]
    for (const token of tokens) expect(await verify(core, token), token).toBe('invalidToken')
  })

  it.each([
    ['without exp', { exp: undefined }, {}],
    ['with exp as a string', { exp: '9999999999' }, {}],
    ['without iat', { iat: undefined }, {}],
    ['with iat ten minutes ahead', { iat: Date.parse('2026-03-04T05:16:07Z') / 1000 }, {}],
    ['with nbf ten minutes ahead', { nbf: Date.parse('2026-03-04T05:16:07Z') / 1000 }, {}],
    ['without sub', { sub: undefined }, {}],
    ['with sid as a number', { sid: 1 }, {}],
    ['without jti', { jti: undefined }, {}],
    ['without type', { type: undefined }, {}],
    ['without aud', { aud: undefined }, {}],
    ['with another typ', {}, { typ: 'at+jwt' }],
    ['without typ', {}, { typ: undefined }],
    ['with an unknown crit', {}, { crit: ['x'], x: 1 }],
  ])('rejects a token with a valid signature but %s', async (_, claims, header) => {
    const core = testCore()
    expect(await verify(core, await forge(core, {}))).toBe('succeeded')
    expect(await verify(core, await forge(core, claims, header))).toBe('invalidToken')
  })

  it('ignores kid, jku and x5u in the header', async () => {
    const core = testCore()
    for (const kid of ['../../dev/null', "' OR 1=1", 'k'.repeat(2000), ['a']])
      expect(
        await verify(
          core,
          await forge(core, {}, { kid, jku: 'http://127.0.0.1:1/', x5u: 'http://127.0.0.1:1/' }),
        ),
      ).toBe('succeeded')
  })

  it('rejects expired tokens', async () => {
    const core = testCore()
    const exp = core.now() / 1000 - 1
    expect(await verify(core, await forge(core, { exp }))).toBe('expiredToken')
  })
})
