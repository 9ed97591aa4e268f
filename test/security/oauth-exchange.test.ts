import { describe, expect, it } from 'vitest'
import { robin } from '../adapters/oauth.fixture.ts'
import type { ResponseData } from './dialect.ts'
import { openOAuthFlows } from './oauth-flows.ts'
import { casesWith, times } from './test-server.ts'
import { createTokenForger } from './token-forger.ts'

/** The one API whose apps may bring along a code or an ID token. */
const exchanging = casesWith('oauth', 'emailIn').filter(({ dialect }) => dialect.name === 'bkend')

const redirectUri = 'https://app.example.com/callback'
const challenge = 'E'.repeat(43)

describe.each(exchanging)('$name', (testCase) => {
  async function setUp(misbehaviour: Parameters<typeof openOAuthFlows>[1] = {}) {
    const journeys = await openOAuthFlows(testCase, misbehaviour)
    const { send, depart, agree } = journeys
    const { headers = {} } = testCase.dialect.oauth.start('google')
    /** What an app does that has made the authorization address itself. */
    const codeFor = async (account = robin, provider: 'google' | 'github' = 'google') => {
      const departure = await depart(provider)
      const own = new URL(departure.authorizationUrl)
      own.searchParams.set('redirect_uri', redirectUri)
      own.searchParams.set('state', 'of-the-app')
      own.searchParams.delete('code_challenge')
      own.searchParams.delete('code_challenge_method')
      const back = await agree({ ...departure, authorizationUrl: own, state: 'of-the-app' }, account)
      return back.searchParams.get('code') ?? ''
    }
    const exchange = (body: object, provider = 'google') =>
      send({ method: 'POST', path: `/v1/auth/${provider}/callback`, headers, body })
    const isRefused = (response: ResponseData) => {
      expect([400, 401, 409, 500]).toContain(response.status)
      expect(response.text).not.toMatch(/eyJ|refreshToken/)
    }
    return { ...journeys, headers, codeFor, exchange, isRefused }
  }

  it('O01 keeps the states of redirects and of apps apart: each is used up once', async () => {
    const { depart, agree, exchange, comeBack, calls, counts, isRefused } = await setUp()
    const before = await counts()
    const departure = await depart('google')
    const back = await agree(departure)
    const code = back.searchParams.get('code')
    // A code of this server's own redirect was asked for with its challenge, which only the state can answer.
    isRefused(await exchange({ code, redirectUri: back.origin + back.pathname }))
    isRefused(await exchange({ code, redirectUri: back.origin + back.pathname, state: 'of-the-app' }))
    const asked = calls.length
    const state = departure.state
    isRefused(await exchange({ code, redirectUri, state }, 'github'))
    expect(calls).toHaveLength(asked)
    expect(await counts()).toEqual(before)
    await exchange({ code, redirectUri, state })
    expect((await comeBack(back)).status).toBe(400)
  })

  it('O03 signs in once by a code, however many bring it at once', async () => {
    const { codeFor, exchange, counts, isRefused } = await setUp()
    const code = await codeFor()
    const { sessions } = await counts()
    const responses = await Promise.all(times(20, () => exchange({ code, redirectUri })))
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const response of responses) if (response.status !== 200) isRefused(response)
    expect((await counts()).sessions - sessions).toBe(1)
    isRefused(await exchange({ code, redirectUri }))
  })

  it('O04 takes the code of one provider, or for another page, for none', async () => {
    const { codeFor, exchange, counts, isRefused } = await setUp()
    const before = await counts()
    isRefused(await exchange({ code: await codeFor(), redirectUri }, 'github'))
    isRefused(await exchange({ code: await codeFor(), redirectUri: 'https://evil.example/callback' }))
    expect(await counts()).toEqual(before)
  })

  it('O05 believes no ID token of another issuer, client or key, of another time, or unsigned', async () => {
    const forger = await createTokenForger()
    forger.expectNonce(challenge)
    const { exchange, counts, isRefused, calls } = await setUp({ intercept: forger.bend })
    const before = await counts()
    for (const [what, token] of Object.entries(forger.tokens)) {
      const response = await exchange({ idToken: await token() })
      expect([what, response.status]).toEqual([what, what === 'that is none' ? response.status : 401])
      isRefused(response)
    }
    // GitHub makes none, so nothing is one of its.
    isRefused(await exchange({ idToken: await forger.sign() }, 'github'))
    expect(await counts()).toEqual(before)
    expect((await exchange({ idToken: await forger.sign() })).status).toBe(200)
    expect(new Set(calls)).toEqual(new Set(['/google/jwks']))
  })

  it('O06 joins nothing that an app brings along to an account of another subject or way', async () => {
    const { codeFor, exchange, counts, createAccount, seeded } = await setUp()
    expect((await exchange({ code: await codeFor(), redirectUri })).status).toBe(200)
    const { email } = await createAccount()
    const before = await counts()
    const others = [
      { ...robin, subject: '666' },
      { ...robin, subject: '667', emailVerified: false },
      { ...robin, subject: '668', email },
      { ...robin, subject: '669', email: seeded.withPassword.email },
    ]
    for (const account of others)
      expect((await exchange({ code: await codeFor(account), redirectUri })).status).toBe(409)
    expect(await counts()).toEqual(before)
  })

  it('O09 keeps nothing of a provider that stalls, redirects or fails', async () => {
    for (const response of [
      () => new Promise<Response>(() => {}),
      async () => Response.redirect('http://127.0.0.1:1/', 302),
      async () => Response.json({}, { status: 500 }),
    ]) {
      const { exchange, counts } = await setUp({ timeoutMs: 300, intercept: response })
      const before = await counts()
      expect((await exchange({ code: 'any', redirectUri })).status).toBe(500)
      expect(await counts()).toEqual(before)
    }
  })
})
