import { describe, expect, it } from 'vitest'
import type { ResponseData } from '../../src/conformance/exchange.ts'
import { robin } from '../adapters/oauth.fixture.ts'
import { openOAuthFlows } from './oauth-flows.ts'
import { casesWith, times } from './test-server.ts'
import { createTokenForger } from './token-forger.ts'

/** Only bkend lets apps exchange a code or an ID token that they obtained themselves. */
const exchanging = casesWith('oauth', 'emailIn').filter(({ adapter }) => adapter.name === 'bkend')

const redirectUri = 'https://app.example.com/callback'
const challenge = 'E'.repeat(43)

describe.each(exchanging)('$name', (testCase) => {
  async function setUp(faults: Parameters<typeof openOAuthFlows>[1] = {}) {
    const flows = await openOAuthFlows(testCase, faults)
    const { send, startFlow, approve } = flows
    const { headers = {} } = testCase.adapter.oauth.start('google')
    /** Obtains a code as an app does that builds the authorization URL itself. */
    const codeFor = async (account = robin, provider: 'google' | 'github' = 'google') => {
      const flow = await startFlow(provider)
      const own = new URL(flow.authorizationUrl)
      own.searchParams.set('redirect_uri', redirectUri)
      own.searchParams.set('state', 'of-the-app')
      own.searchParams.delete('code_challenge')
      own.searchParams.delete('code_challenge_method')
      const callbackUrl = await approve({ ...flow, authorizationUrl: own, state: 'of-the-app' }, account)
      return callbackUrl.searchParams.get('code') ?? ''
    }
    const exchange = (body: object, provider = 'google') =>
      send({ method: 'POST', path: `/v1/auth/${provider}/callback`, headers, body })
    const expectRejected = (response: ResponseData) => {
      expect([400, 401, 409, 500]).toContain(response.status)
      expect(response.text).not.toMatch(/eyJ|refreshToken/)
    }
    return { ...flows, headers, codeFor, exchange, expectRejected }
  }

  it('O01 consumes the state of a redirect once and rejects its code without the state', async () => {
    const { startFlow, approve, exchange, callBack, calls, countRows, expectRejected } = await setUp()
    const before = await countRows()
    const flow = await startFlow('google')
    const callbackUrl = await approve(flow)
    const code = callbackUrl.searchParams.get('code')
    // The code of a redirect is bound to a PKCE challenge, whose verifier can only be derived from the state.
    expectRejected(await exchange({ code, redirectUri: callbackUrl.origin + callbackUrl.pathname }))
    expectRejected(
      await exchange({ code, redirectUri: callbackUrl.origin + callbackUrl.pathname, state: 'of-the-app' }),
    )
    const callCount = calls.length
    const state = flow.state
    expectRejected(await exchange({ code, redirectUri, state }, 'github'))
    expect(calls).toHaveLength(callCount)
    expect(await countRows()).toEqual(before)
    await exchange({ code, redirectUri, state })
    expect((await callBack(callbackUrl)).status).toBe(400)
  })

  it('O03 accepts only one of 20 concurrent exchanges of a code', async () => {
    const { codeFor, exchange, countRows, expectRejected } = await setUp()
    const code = await codeFor()
    const { sessions } = await countRows()
    const responses = await Promise.all(times(20, () => exchange({ code, redirectUri })))
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const response of responses) if (response.status !== 200) expectRejected(response)
    expect((await countRows()).sessions - sessions).toBe(1)
    expectRejected(await exchange({ code, redirectUri }))
  })

  it('O04 rejects codes of another provider or redirect URI', async () => {
    const { codeFor, exchange, countRows, expectRejected } = await setUp()
    const before = await countRows()
    expectRejected(await exchange({ code: await codeFor(), redirectUri }, 'github'))
    expectRejected(await exchange({ code: await codeFor(), redirectUri: 'https://evil.example/callback' }))
    expect(await countRows()).toEqual(before)
  })

  it('O05 rejects unsigned ID tokens, and those with the wrong issuer, client, key or time', async () => {
    const forger = await createTokenForger()
    forger.expectNonce(challenge)
    const { exchange, countRows, expectRejected, calls } = await setUp({ intercept: forger.intercept })
    const before = await countRows()
    for (const [name, token] of Object.entries(forger.tokens)) {
      const response = await exchange({ idToken: await token() })
      expect([name, response.status]).toEqual([name, name === 'malformed' ? response.status : 401])
      expectRejected(response)
    }
    // GitHub issues no ID tokens.
    expectRejected(await exchange({ idToken: await forger.sign() }, 'github'))
    expect(await countRows()).toEqual(before)
    expect((await exchange({ idToken: await forger.sign() })).status).toBe(200)
    expect(new Set(calls)).toEqual(new Set(['/google/jwks']))
  })

  it('O06 links no identity from an exchange to an existing account', async () => {
    const { codeFor, exchange, countRows, createAccount, seeded } = await setUp()
    expect((await exchange({ code: await codeFor(), redirectUri })).status).toBe(200)
    const { email } = await createAccount()
    const before = await countRows()
    const others = [
      { ...robin, subject: '666' },
      { ...robin, subject: '667', emailVerified: false },
      { ...robin, subject: '668', email },
      { ...robin, subject: '669', email: seeded.withPassword.email },
    ]
    for (const account of others)
      expect((await exchange({ code: await codeFor(account), redirectUri })).status).toBe(409)
    expect(await countRows()).toEqual(before)
  })

  it('O09 leaves nothing behind when the provider stalls, redirects or fails', async () => {
    for (const response of [
      () => new Promise<Response>(() => {}),
      async () => Response.redirect('http://127.0.0.1:1/', 302),
      async () => Response.json({}, { status: 500 }),
    ]) {
      const { exchange, countRows } = await setUp({ timeoutMs: 300, intercept: response })
      const before = await countRows()
      expect((await exchange({ code: 'any', redirectUri })).status).toBe(500)
      expect(await countRows()).toEqual(before)
    }
  })
})
