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
const check = (core: Core, token: string) => outcomeOf(verifyToken(core, 'access', token))
const partsOf = (token: string) => token.split('.') as [string, string, string]
const read = (part: string) => JSON.parse(new TextDecoder().decode(base64url.decode(part)))
const write = (value: unknown) => base64url.encode(JSON.stringify(value))
const keyOf = (core: Core) => new TextEncoder().encode(core.secrets[0])

/** A token with the right signature, whatever it says. */
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

describe('a signed token', () => {
  it('has exactly the documented header, and whole seconds', async () => {
    const core = testCore()
    const [header, payload] = partsOf(await tokenOf(core))
    expect(new TextDecoder().decode(base64url.decode(header))).toBe('{"alg":"HS256","typ":"JWT"}')
    const { iat, exp } = read(payload)
    expect([iat, exp - iat]).toEqual([core.now() / 1000, 3600])
  })

  it('carries the claims of the variant, which cannot replace those of the rules', async () => {
    const core = testCore({
      accessToken: {
        claims: ({ name }, type) => ({ name, purpose: type, sub: 'somebody else', type: 'admin' }),
      },
    })
    const token = await tokenOf(core)
    expect(read(partsOf(token)[1])).toMatchObject({ name: 'Ada', purpose: 'access', type: 'access' })
    expect((await verifyToken(core, 'access', token)).userId).not.toBe('somebody else')
  })

  it('is accepted again and again, until the second at which it expires', async () => {
    const core = testCore()
    const token = await tokenOf(core)
    for (let round = 0; round < 3; round++) expect(await check(core, token)).toBe('succeeded')
    core.advance(3599)
    expect(await check(core, token)).toBe('succeeded')
    core.advance(1)
    expect(await check(core, token)).toBe('expiredToken')
  })

  it('is accepted while its secret is listed, and signed with the first', async () => {
    const core = testCore()
    const old = await tokenOf(core)
    const rotated = { ...core, secrets: ['a newer secret, which is also long enough', ...core.secrets] }
    expect(await check(rotated, old)).toBe('succeeded')
    const fresh = await tokenOf(rotated)
    expect(await check(core, fresh)).toBe('invalidToken')
    const replaced = { ...core, secrets: rotated.secrets.slice(0, 1) }
    expect([await check(replaced, fresh), await check(replaced, old)]).toEqual(['succeeded', 'invalidToken'])
  })

  it('is of no use as another kind, at another issuer, or for another audience', async () => {
    const core = testCore()
    expect(await check(core, await tokenOf(core, 'refresh'))).toBe('invalidToken')
    const token = await tokenOf(core)
    expect(await outcomeOf(verifyToken(core, 'refresh', token))).toBe('invalidToken')
    expect(await check(core, token)).toBe('succeeded')
    for (const other of [{ issuer: 'other' }, { audience: 'other' }]) {
      // The very same secrets, as for several servers of one process.
      const { rules } = testCore({ accessToken: other })
      expect(await check({ ...core, rules }, token)).toBe('invalidToken')
    }
  })
})

describe('what is no good token', () => {
  it('has the wrong form, and is called malformed', async () => {
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
      expect(await check(core, token), token).toBe('malformedToken')
  })

  it('is not signed by us, or not in our way', async () => {
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
    for (const token of tokens) expect(await check(core, token), token).toBe('invalidToken')
  })

  it.each([
    ['exp missing', { exp: undefined }, {}],
    ['exp a string', { exp: '9999999999' }, {}],
    ['iat missing', { iat: undefined }, {}],
    ['iat ten minutes ahead', { iat: Date.parse('2026-03-04T05:16:07Z') / 1000 }, {}],
    ['nbf ten minutes ahead', { nbf: Date.parse('2026-03-04T05:16:07Z') / 1000 }, {}],
    ['sub missing', { sub: undefined }, {}],
    ['sid a number', { sid: 1 }, {}],
    ['jti missing', { jti: undefined }, {}],
    ['type missing', { type: undefined }, {}],
    ['aud missing', { aud: undefined }, {}],
    ['another typ', {}, { typ: 'at+jwt' }],
    ['no typ', {}, { typ: undefined }],
    ['an unknown crit', {}, { crit: ['x'], x: 1 }],
  ])('says something wrong under a good signature: %s', async (_, claims, header) => {
    const core = testCore()
    expect(await check(core, await forge(core, {}))).toBe('succeeded')
    expect(await check(core, await forge(core, claims, header))).toBe('invalidToken')
  })

  it('cannot choose its key', async () => {
    const core = testCore()
    for (const kid of ['../../dev/null', "' OR 1=1", 'k'.repeat(2000), ['a']])
      expect(
        await check(
          core,
          await forge(core, {}, { kid, jku: 'http://127.0.0.1:1/', x5u: 'http://127.0.0.1:1/' }),
        ),
      ).toBe('succeeded')
  })

  it('is past its time', async () => {
    const core = testCore()
    const exp = core.now() / 1000 - 1
    expect(await check(core, await forge(core, { exp }))).toBe('expiredToken')
  })
})
