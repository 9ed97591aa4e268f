import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { fakeApi, key, mina } from '../server/fake.ts'
import { openSandbox, type TestSandbox } from '../support/sandbox.ts'

const open = (settings = {}) => openSandbox('bkend', { ...fakeApi, ...settings })
const signIn = '/v1/auth/email/signin'
const credentials = { method: 'password', email: mina.email, password: mina.password }
const signUpAs = (sandbox: TestSandbox, email: string) =>
  sandbox.call(
    'POST',
    '/v1/auth/email/signup',
    { method: 'password', email, password: 'a-fine-passphrase', name: 'New' },
    key,
  )
const signInStatus = async (sandbox: TestSandbox) =>
  (await sandbox.call('POST', signIn, credentials, key)).status
const accessTokenOf = async (sandbox: TestSandbox) =>
  (await (await sandbox.call('POST', signIn, credentials, key)).json()).accessToken
const me = async (sandbox: TestSandbox, token: string) =>
  (await sandbox.call('GET', '/v1/auth/me', undefined, { ...key, authorization: `Bearer ${token}` })).status
const requestReset = (sandbox: TestSandbox, email = mina.email) =>
  sandbox.call('POST', '/v1/auth/password/reset/request', { email }, key)
const errorOf = async (response: Response) => [response.status, (await response.json()).error]

describe('access to the development controls', () => {
  const paths = ['inbox', 'clock', 'reset', 'seed', 'settings', 'faults', 'oauth', 'nothing']

  it.each(paths)('responds with 404 to /__dev/%s in production mode', async (name) => {
    const sandbox = await open({ mode: 'production' })
    for (const method of ['GET', 'POST']) {
      const response = await sandbox.call(method, `/__dev/${name}`, method === 'POST' ? {} : undefined)
      expect([response.status, (await response.json()).error.code]).toEqual([404, 'common/not-found'])
    }
  })

  it('has no simulated providers and no example users in production mode', async () => {
    const sandbox = await open({ mode: 'production' })
    expect((await sandbox.call('GET', '/__oauth/google/authorize')).status).toBe(404)
    expect(await signInStatus(sandbox)).toBe(401)
  })

  it('rejects unknown paths and methods in the error shape of the controls', async () => {
    const sandbox = await open()
    expect(await errorOf(await sandbox.call('GET', '/__dev/nothing'))).toEqual([
      404,
      expect.objectContaining({ code: 'notFound' }),
    ])
    expect(await errorOf(await sandbox.call('GET', '/__dev/reset'))).toEqual([
      405,
      expect.objectContaining({ code: 'methodNotAllowed' }),
    ])
  })

  it.each(['https://elsewhere.example.net', 'null', 'https://app.example.com'])(
    'rejects requests from pages of %s',
    async (origin) => {
      const sandbox = await open()
      expect(await errorOf(await sandbox.call('POST', '/__dev/reset', undefined, { origin }))).toEqual([
        403,
        { code: 'forbidden', message: `Pages of ${origin} may not use the development controls` },
      ])
    },
  )

  it('rejects an unknown host name, on API paths as well', async () => {
    const sandbox = await open()
    const host = 'rebound.example.net'
    expect(await errorOf(await sandbox.call('GET', '/__dev/seed', undefined, { host }))).toEqual([
      403,
      {
        code: 'forbidden',
        message: `Use localhost to reach the development controls, or restart the server with --allow-host ${host}`,
      },
    ])
    expect((await sandbox.call('POST', signIn, credentials, { ...key, host })).status).toBe(403)
  })

  it('lets pages on this machine read responses', async () => {
    const sandbox = await open()
    const origin = 'http://localhost:5173'
    const response = await sandbox.call('GET', '/__dev/seed', undefined, { origin, host: '127.0.0.1:4000' })
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, origin])
  })
})

describe('the inbox', () => {
  it('shows mails immediately, newest last, and filters them by recipient', async () => {
    const sandbox = await open()
    await requestReset(sandbox)
    await sandbox.control('clock', { advanceSeconds: 61 })
    await requestReset(sandbox)
    await requestReset(sandbox, 'nobody@example.com')
    const { mails } = await sandbox.control<{
      mails: { kind: string; tokens: string[]; links: string[]; sentAt: string }[]
    }>('inbox')
    expect(mails.map(({ kind }) => kind)).toEqual(['resetPassword', 'resetPassword'])
    expect(mails[1]?.links).toEqual([`https://app.example.com/reset?token=${mails[1]?.tokens[0]}`])
    expect(String(mails[0]?.sentAt) < String(mails[1]?.sentAt)).toBe(true)
    const toMina = await sandbox.control<{ mails: unknown[] }>(`inbox?to=${mina.email.toUpperCase()}`)
    expect(toMina.mails).toHaveLength(2)
    expect(await sandbox.control('inbox?to=nobody@example.com')).toEqual({ mails: [] })
  })

  it.each(['ada+t1@example.com', 'ada%2Bt1@example.com'])('finds the mails to %s', async (to) => {
    const sandbox = await open()
    await signUpAs(sandbox, 'ada+t1@example.com')
    await requestReset(sandbox, 'ada+t1@example.com')
    expect(await sandbox.control(`inbox?to=${to}`)).toMatchObject({ mails: [{ to: 'ada+t1@example.com' }] })
  })

  it('hides mails after a day', async () => {
    const sandbox = await open()
    await requestReset(sandbox)
    await sandbox.control('clock', { advanceSeconds: 24 * 3600 + 1 })
    expect(await sandbox.control('inbox')).toEqual({ mails: [] })
  })
})

describe('the clock', () => {
  it('expires tokens and rate limits when the clock advances, and adds up several advances', async () => {
    const sandbox = await open()
    const token = await accessTokenOf(sandbox)
    for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) await signUpAs(sandbox, email)
    expect([await me(sandbox, token), (await signUpAs(sandbox, 'd@example.com')).status]).toEqual([200, 429])
    const { now: before } = await sandbox.control<{ now: string }>('clock', { advanceSeconds: 1800 })
    expect(await me(sandbox, token)).toBe(200)
    const { now } = await sandbox.control<{ now: string }>('clock', { advanceSeconds: 1801 })
    expect(Math.round((Date.parse(now) - Date.parse(before)) / 1000)).toBe(1801)
    expect([await me(sandbox, token), (await signUpAs(sandbox, 'd@example.com')).status]).toEqual([401, 201])
  })

  it('moves the clock back without prolonging rate limits', async () => {
    const sandbox = await open()
    const { now } = await sandbox.control<{ now: string }>('clock', { advanceSeconds: -3600 })
    expect(Math.round((Date.now() - Date.parse(now)) / 60_000)).toBe(60)
    for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) await signUpAs(sandbox, email)
    await sandbox.control('clock', { advanceSeconds: -86_400 })
    const { headers } = await signUpAs(sandbox, 'd@example.com')
    expect(Number(headers.get('retry-after') ?? 3600)).toBeLessThanOrEqual(3600)
    await sandbox.control('clock', { advanceSeconds: 3601 })
    expect((await signUpAs(sandbox, 'd@example.com')).status).toBe(201)
  })
})

describe.each([
  ['sqlite', () => openSqliteStore(':memory:')],
  ['memory', createMemoryStore],
])('the reset on %s', (_, store) => {
  it('resets users, mails, settings, faults, the clock and rate limits', async () => {
    const sandbox = await open({ store: store() })
    const settings = await sandbox.control('settings', {})
    for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) await signUpAs(sandbox, email)
    await requestReset(sandbox)
    await sandbox.control('settings', {
      passwords: { minLength: 20 },
      providers: { google: 'failing' },
      users: [{ user: mina.id, status: 'deleted' }],
    })
    await sandbox.control('faults', { operationId: 'signIn', status: 503 })
    await sandbox.control('clock', { advanceSeconds: 100_000 })

    expect((await sandbox.call('POST', '/__dev/reset')).status).toBe(204)
    expect(await sandbox.control('settings', {})).toEqual(settings)
    expect(await sandbox.control('inbox')).toEqual({ mails: [] })
    expect(await sandbox.control('faults', { operationId: 'signIn', times: 0 })).toEqual({ faults: [] })
    const { now } = await sandbox.control<{ now: string }>('clock', { advanceSeconds: 0 })
    expect(Math.abs(Date.now() - Date.parse(now))).toBeLessThan(60_000)
    expect(await signInStatus(sandbox)).toBe(200)
    expect((await signUpAs(sandbox, 'a@example.com')).status).toBe(201)
  })

  it('discards the writes of requests that were in flight at the reset', async () => {
    const sandbox = await open({ store: store() })
    const inFlight = Array.from({ length: 3 }, (_, index) => signUpAs(sandbox, `late${index}@example.com`))
    const resets = [sandbox.call('POST', '/__dev/reset'), sandbox.call('POST', '/__dev/reset')]
    expect((await Promise.all(resets)).map(({ status }) => status)).toEqual([204, 204])
    for (const response of await Promise.all(inFlight)) expect([201, 503]).toContain(response.status)
    await sandbox.control('settings', { rateLimits: false })
    for (let index = 0; index < 3; index++)
      expect((await signUpAs(sandbox, `late${index}@example.com`)).status).toBe(201)
  })
})

it('shows the original seed after changes to users', async () => {
  const sandbox = await open()
  const seed = await sandbox.control('seed')
  expect(seed).toMatchObject({
    users: [{ email: mina.email, password: mina.password }],
    apiKeys: [],
    tokens: [],
  })
  await sandbox.control('settings', { users: [{ user: mina.email, status: 'deleted' }] })
  expect(await sandbox.control('seed')).toEqual(seed)
})

describe('the settings', () => {
  const post = async (sandbox: TestSandbox, body: unknown) =>
    errorOf(await sandbox.call('POST', '/__dev/settings', body))

  it('returns only settings that the API supports', async () => {
    expect(await (await open()).control('settings', {})).toEqual({
      passwords: { minLength: 8, requires: [], refuseCommon: false },
      requireVerifiedEmail: false,
      publicProfiles: true,
      fileStorage: true,
      providers: { google: 'available', github: 'available' },
      rateLimits: true,
      limits: expect.objectContaining({ signUp: { max: 3, windowSeconds: 3600 }, failuresByAddress: null }),
      users: [],
    })
  })

  it('applies settings to the next call and keeps omitted ones', async () => {
    const sandbox = await open()
    await sandbox.control('settings', { passwords: { minLength: 30 }, requireVerifiedEmail: true })
    expect((await signUpAs(sandbox, 'new@example.com')).status).toBe(401)
    expect(await signInStatus(sandbox)).toBe(401)
    expect(await sandbox.control('settings', { passwords: { requires: ['digit'] } })).toMatchObject({
      passwords: { minLength: 30, requires: ['digit'], refuseCommon: false },
      requireVerifiedEmail: true,
    })
  })

  it('rejects the first call with a limit of 0, and no call with rateLimits: false', async () => {
    const sandbox = await open()
    await sandbox.control('settings', { limits: { signUp: { max: 0, windowSeconds: 3600 } } })
    expect((await signUpAs(sandbox, 'new@example.com')).status).toBe(429)
    expect(await sandbox.control('settings', { rateLimits: false })).toMatchObject({
      limits: { signUp: { max: 0 } },
    })
    expect((await signUpAs(sandbox, 'new@example.com')).status).toBe(201)
    await sandbox.control('settings', { rateLimits: true })
    expect((await signUpAs(sandbox, 'newer@example.com')).status).toBe(429)
  })

  it('accepts the settings that it returned before a change', async () => {
    const sandbox = await openSandbox('bondmcp')
    const before = await sandbox.control<{ planEntitlements: object }>('settings', {})
    await sandbox.control('settings', { planEntitlements: { free: [] } })
    const { planEntitlements } = before
    expect(await sandbox.control('settings', { planEntitlements })).toMatchObject({ planEntitlements })
  })

  it('changes users by id or email, with immediate effect', async () => {
    const sandbox = await open()
    const token = await accessTokenOf(sandbox)
    const change = (user: object) => sandbox.control('settings', { users: [user] })
    expect(await change({ user: mina.email, status: 'disabled', role: 'admin' })).toMatchObject({
      users: [{ id: mina.id, email: mina.email, status: 'disabled', role: 'admin', plan: null }],
    })
    expect(await me(sandbox, token)).toBe(401)
    await change({ user: mina.id, status: 'active' })
    expect(await me(sandbox, token)).toBe(200)
    await change({ user: mina.id, status: 'deleted' })
    expect(await me(sandbox, token)).toBe(401)
    expect(await signInStatus(sandbox)).toBe(401)
  })

  it.each([
    [{ guests: false }, 400, 'unsupported', 'This API has no setting guests'],
    [{ gusts: false }, 400, 'unsupported', 'This API has no setting gusts'],
    [{ passwords: { minLenght: 9 } }, 400, 'unsupported', 'This API has no setting passwords.minLenght'],
    [{ limits: { nothing: null } }, 400, 'unsupported', 'This API has no limit nothing'],
    [{ providers: { twitter: 'failing' } }, 400, 'unsupported', 'This API has no provider twitter'],
    [
      { users: [{ user: mina.id, role: 'emperor' }] },
      400,
      'unsupported',
      'This API has no role emperor, only user and admin',
    ],
    [{ users: [{ user: mina.id, plan: 'gold' }] }, 400, 'unsupported', 'This API has no plan gold'],
    [
      { users: [{ user: 'nobody@example.com', status: 'disabled' }] },
      404,
      'notFound',
      'No user nobody@example.com found',
    ],
    [{ rateLimits: 'off' }, 400, 'invalidRequest', 'rateLimits must be true or false'],
    [{ users: [{ status: 'disabled' }] }, 400, 'invalidRequest', 'users[0].user is required'],
  ])('rejects %j without changing anything', async (update, status, code, message) => {
    const sandbox = await open()
    const before = await sandbox.control('settings', {})
    const all = {
      requireVerifiedEmail: true,
      ...update,
      users: [{ user: mina.id, status: 'disabled' }, ...(('users' in update && update.users) || [])],
    }
    const response = await post(sandbox, all)
    if (!message.startsWith('users[')) expect(response).toEqual([status, { code, message }])
    expect(await post(sandbox, update)).toEqual([status, { code, message }])
    expect(await sandbox.control('settings', {})).toEqual(before)
    expect(await signInStatus(sandbox)).toBe(200)
  })
})

describe('a fault', () => {
  it('replaces the next responses by an example of the contract, before authentication and validation', async () => {
    const sandbox = await open()
    expect(await sandbox.control('faults', { operationId: 'signIn', status: 503, times: 2 })).toEqual({
      faults: [{ operationId: 'signIn', status: 503, example: 'unavailable', times: 2 }],
    })
    const response = await sandbox.call('POST', signIn, {})
    expect([
      response.status,
      response.headers.get('retry-after'),
      (await response.json()).error.code,
    ]).toEqual([503, expect.stringMatching(/^\d+$/), 'common/unavailable'])
    expect([await signInStatus(sandbox), await signInStatus(sandbox)]).toEqual([503, 200])
  })

  it('supports every declared example, and replaces the previous fault of the operation', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: 'signIn', status: 503 })
    await sandbox.control('faults', { operationId: 'signIn', status: 429, example: 'accountLocked' })
    const response = await sandbox.call('POST', signIn, credentials)
    expect([response.status, (await response.json()).error.code]).toEqual([429, 'auth/account-locked'])
    await sandbox.control('faults', { operationId: 'signIn', status: 200 })
    expect((await sandbox.call('POST', signIn, {})).status).toBe(200)
  })

  it('delays the real response if only delayMs is set', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: 'signIn', delayMs: 50 })
    const start = performance.now()
    expect(await signInStatus(sandbox)).toBe(200)
    expect(performance.now() - start).toBeGreaterThan(45)
  })

  it('affects all operations with *, except those with their own fault', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: 'signIn', status: 429 })
    expect(await sandbox.control('faults', { operationId: '*', status: 503, times: 2 })).toEqual({
      faults: [
        { operationId: 'signIn', status: 429, example: 'tooManyAttempts', times: 1 },
        { operationId: '*', status: 503, times: 2 },
      ],
    })
    expect(await signInStatus(sandbox)).toBe(429)
    expect((await sandbox.call('GET', '/v1/auth/me')).status).toBe(503)
    expect(await signInStatus(sandbox)).toBe(503)
    expect(await signInStatus(sandbox)).toBe(200)
  })

  it('leaves out operations without the status or example of a fault of *', async () => {
    const sandbox = await open()
    const token = await accessTokenOf(sandbox)
    await sandbox.control('faults', { operationId: '*', status: 429, example: 'accountLocked' })
    expect(await me(sandbox, token)).toBe(200)
    expect(await signInStatus(sandbox)).toBe(429)
    expect(await sandbox.control('faults', { operationId: '*', times: 0 })).toEqual({ faults: [] })
  })

  it('chooses the first declared status of a class', async () => {
    const sandbox = await open()
    expect(await sandbox.control('faults', { operationId: 'signIn', statusClass: '5XX' })).toEqual({
      faults: [{ operationId: 'signIn', status: 500, example: 'internalError', times: 1 }],
    })
    expect(await signInStatus(sandbox)).toBe(500)
    await sandbox.control('faults', { operationId: '*', statusClass: '4XX', times: 2 })
    expect(await signInStatus(sandbox)).toBe(400)
    expect((await sandbox.call('GET', '/v1/auth/me')).status).toBe(401)
  })

  it('delays every operation with * and a delay', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: '*', delayMs: 50 })
    const start = performance.now()
    expect(await signInStatus(sandbox)).toBe(200)
    expect(performance.now() - start).toBeGreaterThan(45)
  })

  it.each([
    [{ operationId: 'signInn', status: 503 }, 404, 'Unknown operation signInn'],
    [{ operationId: '*', status: 418 }, 404, 'No operation declares the status 418'],
    [{ operationId: '*', status: 503, example: 'gone' }, 404, 'The status 503 has no example gone'],
    [{ operationId: 'signIn', statusClass: '3XX' }, 404, 'signIn does not declare the status 3XX'],
    [
      { operationId: 'signIn', status: 503, statusClass: '5XX' },
      400,
      'Send a status or a statusClass, but not both',
    ],
    [{ operationId: 'signIn', statusClass: '6XX' }, 400, 'statusClass must be 2XX, 3XX, 4XX or 5XX'],
    [{ operationId: 'signIn', status: 418 }, 404, 'signIn does not declare the status 418'],
    [
      { operationId: 'signIn', status: 429, example: 'accountLost' },
      404,
      'The status 429 of signIn has no example accountLost',
    ],
    [{ operationId: 'signIn' }, 400, 'Send a status, a statusClass or a delayMs, or times: 0'],
    [{ operationId: 'signIn', delayMs: 60_001 }, 400, 'delayMs must be from 1 to 60000'],
  ])('rejects the fault %j', async (fault, status, message) => {
    const sandbox = await open()
    expect(await errorOf(await sandbox.call('POST', '/__dev/faults', fault))).toEqual([
      status,
      expect.objectContaining({ message }),
    ])
  })
})

describe('a consent', () => {
  const authorize = async (sandbox: TestSandbox) => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'simulator',
      redirect_uri: 'http://localhost:3000/back',
      state: 'the-state',
      scope: 'email',
    })
    const response = await sandbox.call('GET', `/__oauth/google/authorize?${query}`)
    expect(response.status).toBe(302)
    return String(response.headers.get('location'))
  }

  it('lists a consent once its page is opened', async () => {
    const sandbox = await open()
    const page = await authorize(sandbox)
    expect(page).toMatch(new RegExp(`^${sandbox.publicUrl}/__oauth/consents/`))
    const pageResponse = await sandbox.fetch(new Request(page))
    expect([pageResponse.status, pageResponse.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ])
    expect(await sandbox.control('oauth')).toMatchObject({
      consents: [{ provider: 'google', redirectUri: 'http://localhost:3000/back', state: 'the-state' }],
      accounts: expect.arrayContaining([
        expect.objectContaining({ email: 'leo@example.com' }),
        expect.objectContaining({ email: null }),
      ]),
    })
  })

  it.each(['100000000001', 'leo@example.com', 'dana@example.com'])(
    'approves a consent once, as %s',
    async (account) => {
      const sandbox = await open()
      await authorize(sandbox)
      const decision = { consent: 'the-state', decision: 'approve', account }
      const { redirectTo } = await sandbox.control<{ redirectTo: string }>('oauth', decision)
      expect(redirectTo).toMatch(/^http:\/\/localhost:3000\/back\?code=.+&state=the-state/)
      expect((await sandbox.call('POST', '/__dev/oauth', decision)).status).toBe(404)
    },
  )

  it('denies a consent', async () => {
    const sandbox = await open()
    await authorize(sandbox)
    const { redirectTo } = await sandbox.control<{ redirectTo: string }>('oauth', {
      consent: 'the-state',
      decision: 'deny',
    })
    expect(redirectTo).toContain('error=access_denied')
  })

  it('delays the decision of a slow provider', async () => {
    const sandbox = await open()
    await authorize(sandbox)
    const started = performance.now()
    await sandbox.control('oauth', { consent: 'the-state', decision: 'deny', delayMs: 300 })
    expect(performance.now() - started).toBeGreaterThanOrEqual(299)
    const tooLate = { consent: 'the-state', decision: 'deny', delayMs: 60_001 }
    expect(await errorOf(await sandbox.call('POST', '/__dev/oauth', tooLate))).toEqual([
      400,
      { code: 'invalidRequest', message: 'delayMs must be from 1 to 60000' },
    ])
  })

  it('requires a known account or an email to approve', async () => {
    const sandbox = await open()
    await authorize(sandbox)
    const approve = { consent: 'the-state', decision: 'approve' }
    expect(await errorOf(await sandbox.call('POST', '/__dev/oauth', approve))).toEqual([
      400,
      expect.objectContaining({ message: 'account is required to approve' }),
    ])
    expect(
      await errorOf(await sandbox.call('POST', '/__dev/oauth', { ...approve, account: '999999999999' })),
    ).toEqual([404, expect.objectContaining({ code: 'notFound' })])
  })
})

describe('requests to the controls', () => {
  const send = async (body: string, type: string) => {
    const sandbox = await open()
    const headers = { 'content-type': type }
    const url = `${sandbox.publicUrl}/__dev/settings`
    return (await sandbox.fetch(new Request(url, { method: 'POST', headers, body }))).status
  }

  it('checks media type and size before the settings', async () => {
    expect(await send('{"nope":1}', 'text/plain')).toBe(415)
    expect(await send(JSON.stringify({ nope: 'x'.repeat(64 * 1024) }), 'application/json')).toBe(413)
    expect(await send('{"nope":1}', 'application/json')).toBe(400)
  })

  it('returns the request id of the log', async () => {
    const sandbox = await open()
    const response = await sandbox.call('GET', '/__dev/seed')
    const logged = sandbox.lines.find(({ message }) => message === 'request')
    expect(response.headers.get('x-request-id')).toBe(logged?.requestId)
  })
})
