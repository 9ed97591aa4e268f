import { createHmac } from 'node:crypto'
import { base64url, decodeJwt, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import type { ResponseData } from '../../src/conformance/exchange.ts'
import type { Adapter } from '../../src/conformance/variants/adapter.ts'
import { rulesOf } from '../support/variants.ts'
import { openOAuthFlows } from './oauth-flows.ts'
import { type Account, areBearerTokens, casesWith, openTestServer, type TestServer } from './test-server.ts'

const secret = 'a secret of the tests, as long as a secret ought to be, and longer'
const key = new TextEncoder().encode(secret)

const isJwt = (token: string) => token.split('.').length === 3

/** Opens a server whose secret the test knows, with a signed-in user. */
async function setUp<D extends Adapter>(testCase: Parameters<typeof openTestServer<D>>[0]) {
  const subject = await openTestServer(testCase, { secrets: [secret] })
  const account = await subject.createAccount()
  const me = (access: string) => subject.send(subject.getCurrentUser(access))
  return { ...subject, account, me }
}

/** Signs claims with the secret of the server. */
const resign = (claims: Record<string, unknown>, header: Record<string, unknown> = {}, signingKey = key) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header }).sign(signingKey)

const unsigned = (header: object, claims: object, signature = '') =>
  [header, claims]
    .map((part) => base64url.encode(JSON.stringify(part)))
    .concat(signature)
    .join('.')

/** Signs a token with a header that a JWT library would refuse to sign. */
function signed(header: object, claims: object): string {
  const content = unsigned(header, claims).slice(0, -1)
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
}

/** Expects 401. APIs with opaque tokens have to reject any JWT. */
async function expectRejected(
  subject: TestServer & { account: Account; me: (access: string) => Promise<ResponseData> },
  token: string,
) {
  const response = await subject.me(token)
  expect([token.slice(0, 200), response.status]).toEqual([token.slice(0, 200), 401])
  return response
}

describe.each(casesWith())('$name', (testCase) => {
  it('J01 rejects unsigned and malformed tokens', async () => {
    const subject = await setUp(testCase)
    const { access } = subject.account
    const claims = isJwt(access) ? decodeJwt(access) : { sub: 'user', exp: 4_102_444_800 }
    const [head = '', body = '', signature = ''] = access.split('.')
    const mutants = [
      ...['none', 'None', 'NONE', 'nOnE'].map((alg) => unsigned({ alg, typ: 'JWT' }, claims)),
      `${head}.${body}.`,
      `${head}.${body}`,
      `${access}.${signature}`,
      `${access.slice(0, 20)} ${access.slice(20)}`,
      signed({ alg: 'HS256', typ: 'JWT', crit: ['unheard-of'], 'unheard-of': 1 }, claims),
      `${access}x`,
      access.slice(0, -1),
    ]
    const responses = []
    for (const mutant of mutants) responses.push(await expectRejected(subject, mutant))
    const bodies = new Set(responses.slice(0, 4).map(({ text }) => text.replaceAll(/req_\w+/g, '')))
    expect(bodies.size).toBe(1)
  })

  it('H01 accepts the scheme in any case and rejects malformed headers with a challenge', async () => {
    const { account, getCurrentUser, send } = await setUp(testCase)
    const sent = getCurrentUser(account.access)
    const withHeader = (authorization: string) =>
      send({ ...sent, headers: { ...sent.headers, authorization } })
    for (const scheme of ['bearer', 'BEARER', 'Bearer'])
      expect([scheme, (await withHeader(`${scheme} ${account.access}`)).status]).toEqual([scheme, 200])
    const malformed = [
      '',
      'Bearer',
      'Bearer ',
      'Bearer a b',
      `Basic ${btoa('a:b')}`,
      'Bearer %%%',
      'Bearer ,',
      account.access,
    ]
    for (const header of malformed) {
      const response = await withHeader(header)
      expect([header, response.status]).toEqual([header, 401])
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
    expect([400, 401, 431]).toContain((await withHeader(`Bearer ${'x'.repeat(64 * 1024)}`)).status)
  })

  it('H02 ignores credentials in the URL', async () => {
    const { account, getCurrentUser, send } = await setUp(testCase)
    const { headers = {}, ...sent } = getCurrentUser(account.access)
    const { authorization: _, ...others } = headers
    for (const name of ['access_token', 'token', 'api_key', 'key', 'accessToken']) {
      const path = `${sent.path}?${name}=${encodeURIComponent(account.access)}`
      expect([name, (await send({ ...sent, path, headers: others })).status]).toEqual([name, 401])
    }
  })

  it('J06 accepts tokens signed with an older secret only while it is configured', async () => {
    const store = await testCase.engine()
    const shared = { ...testCase, engine: async () => ({ ...store, close: async () => {} }) }
    const newer = 'another secret of the tests, which has taken the place of the first'
    const before = await openTestServer(shared, { secrets: [secret] })
    const account = await before.createAccount()
    const during = await openTestServer(shared, { secrets: [newer, secret] })
    expect(await during.isAuthenticated(account.access)).toBe(true)
    const after = await openTestServer(shared, { secrets: [newer] })
    if (isJwt(account.access)) expect(await after.isAuthenticated(account.access)).toBe(false)
    expect(await after.isAuthenticated((await during.signInAs(account)).access)).toBe(true)
  })
})

const withJwt = casesWith().filter(({ adapter }) => rulesOf(adapter.name).session.kind !== 'opaque')

describe.each(withJwt)('$name', (testCase) => {
  it('J02 rejects tokens with a different algorithm', async () => {
    const subject = await setUp(testCase)
    const claims = { ...decodeJwt(subject.account.access) }
    expect((await subject.me(await resign(claims))).status).toBe(200)
    await expectRejected(subject, await resign(claims, { alg: 'HS512' }))
    await expectRejected(subject, await resign(claims, { alg: 'HS384' }))
    const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])
    await expectRejected(
      subject,
      await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'JWT' }).sign(privateKey),
    )
  })

  it('J03 ignores kid, jku, x5u and jwk in the header', async () => {
    const subject = await setUp(testCase)
    const claims = { ...decodeJwt(subject.account.access) }
    const headers = [
      { kid: '../../../../dev/null' },
      { kid: "' UNION SELECT 'x" },
      { kid: 'x'.repeat(10_000) },
      { jku: 'http://127.0.0.1:1/keys' },
      { x5u: 'http://127.0.0.1:1/keys' },
      { jwk: { kty: 'oct', k: base64url.encode('attacker') } },
    ]
    const attacker = new TextEncoder().encode('attacker')
    for (const header of headers) await expectRejected(subject, await resign(claims, header, attacker))
    await expectRejected(subject, unsigned({ alg: 'HS256', typ: 'JWT', kid: ['a', 'b'] }, claims, 'AAAA'))
  })

  const expectClaimsRejected = async (change: Record<string, unknown>) => {
    const subject = await setUp(testCase)
    const now = Math.floor(Date.now() / 1000)
    const claims: Record<string, unknown> = { ...decodeJwt(subject.account.access) }
    for (const [name, value] of Object.entries(change)) {
      if (value === undefined) delete claims[name]
      else claims[name] = typeof value === 'number' ? now + value : value
    }
    await expectRejected(subject, await resign(claims))
  }

  it.each([
    ['no exp', { exp: undefined }],
    ['exp as a string', { exp: '4102444800' }],
    ['exp in the past', { exp: -61 }],
    ['nbf in the future', { nbf: 600 }],
    ['iat in the future', { iat: 600 }],
  ])('J04 rejects a token with %s', (_, change) => expectClaimsRejected(change))

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: ['other'] }],
    ['no sub', { sub: undefined }],
    ['another type', { type: 'refresh' }],
  ])('J05 rejects a token with %s', (_, change) => expectClaimsRejected(change))

  it('J05 rejects tokens with the wrong typ in the header', async () => {
    const subject = await setUp(testCase)
    const claims = { ...decodeJwt(subject.account.access) }
    for (const typ of ['at+jwt', 'logout+jwt', undefined])
      await expectRejected(subject, await resign(claims, { typ }))
  })

  it('J06 rejects a revoked token with any equivalent spelling of its signature', async () => {
    const subject = await setUp(testCase)
    const { access } = subject.account
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = access.at(-1) ?? ''
    // The last base64url character of 32 bytes contains two unused bits.
    const twin = access.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1]
    await subject.change(subject.account.email, { status: 'disabled' })
    for (const token of [access, twin]) expect((await subject.me(token)).status).not.toBe(200)
  })
})

/** A challenge of the scheme Bearer answers only keys that are bearer tokens. */
const withBearerKeys = casesWith('keys').filter(({ adapter }) => areBearerTokens(adapter.keys))
describe.each(withBearerKeys)('$name', (testCase) => {
  it('H01 returns 403 with insufficient_scope for a valid key without the scope', async () => {
    const { keys } = testCase.adapter
    const { account, me, send } = await setUp(testCase)
    const keysPath = keys.keysPathIn(await me(account.access))
    const form = { name: 'CI', scopes: keys.scopes.slice(1) }
    const { key } = keys.keyIn(await send(keys.create(account.access, keysPath, form)))
    const { status, headers } = await send(keys.use(key))
    expect([status, headers.get('www-authenticate')]).toEqual([
      403,
      expect.stringMatching(/^Bearer .*error="insufficient_scope"/),
    ])
  })
})

describe.each(casesWith('oauth'))('$name', (testCase) => {
  it('H02 puts tokens into the redirect URL only where the API documents it', async () => {
    const { runFlow, oauthApi } = await openOAuthFlows(testCase)
    const response = await runFlow()
    const { access, refresh } = oauthApi.credentialIn(response) ?? {}
    expect(access).toBeTruthy()
    const location = new URL(response.headers.get('location') ?? 'none:')
    for (const token of [access, refresh].filter((token) => !!token)) {
      expect(location.search.includes(token as string)).toBe(oauthApi.credentialLocation === 'query')
      expect(location.hash.includes(token as string)).toBe(oauthApi.credentialLocation === 'fragment')
    }
  })
})

describe.each(casesWith('refresh'))('$name', (testCase) => {
  it('J05 rejects access and refresh tokens in place of each other', async () => {
    const subject = await setUp(testCase)
    const { access, refresh } = subject.account
    await expectRejected(subject, refresh ?? '')
    expect([400, 401]).toContain((await subject.send(subject.refresh(access))).status)
    expect(await subject.isAuthenticated(access)).toBe(true)
  })
})
