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
const tokenOf = async (sandbox: TestSandbox) =>
  (await (await sandbox.call('POST', signIn, credentials, key)).json()).accessToken
const me = async (sandbox: TestSandbox, token: string) =>
  (await sandbox.call('GET', '/v1/auth/me', undefined, { ...key, authorization: `Bearer ${token}` })).status
const forgot = (sandbox: TestSandbox, email = mina.email) =>
  sandbox.call('POST', '/v1/auth/password/reset/request', { email }, key)
const refusal = async (answer: Response) => [answer.status, (await answer.json()).error]

describe('the controls', () => {
  const paths = ['inbox', 'clock', 'reset', 'seed', 'settings', 'faults', 'oauth', 'nothing']

  it.each(paths)('have no %s in production mode', async (name) => {
    const sandbox = await open({ mode: 'production' })
    for (const method of ['GET', 'POST']) {
      const answer = await sandbox.call(method, `/__dev/${name}`, method === 'POST' ? {} : undefined)
      expect([answer.status, (await answer.json()).error.code]).toEqual([404, 'common/not-found'])
    }
  })

  it('simulate no provider and seed nobody in production mode', async () => {
    const sandbox = await open({ mode: 'production' })
    expect((await sandbox.call('GET', '/__oauth/google/authorize')).status).toBe(404)
    expect(await signInStatus(sandbox)).toBe(401)
  })

  it('refuse unknown paths and methods in their own form', async () => {
    const sandbox = await open()
    expect(await refusal(await sandbox.call('GET', '/__dev/nothing'))).toEqual([
      404,
      expect.objectContaining({ code: 'notFound' }),
    ])
    expect(await refusal(await sandbox.call('GET', '/__dev/reset'))).toEqual([
      405,
      expect.objectContaining({ code: 'methodNotAllowed' }),
    ])
  })

  it.each(['https://elsewhere.example.net', 'null', 'https://app.example.com'])(
    'refuse pages of %s',
    async (origin) => {
      const sandbox = await open()
      expect(await refusal(await sandbox.call('POST', '/__dev/reset', undefined, { origin }))).toEqual([
        403,
        { code: 'forbidden', message: `Pages of ${origin} may not use the development controls` },
      ])
    },
  )

  it('refuse a name that somebody let point here, and so does the rest of the server', async () => {
    const sandbox = await open()
    const host = 'rebound.example.net'
    expect(await refusal(await sandbox.call('GET', '/__dev/seed', undefined, { host }))).toEqual([
      403,
      { code: 'forbidden', message: `Use localhost to reach the development controls, not ${host}` },
    ])
    expect((await sandbox.call('POST', signIn, credentials, { ...key, host })).status).toBe(403)
  })

  it('serve programs, and pages of this machine, which may read the answers', async () => {
    const sandbox = await open()
    const origin = 'http://localhost:5173'
    const answer = await sandbox.call('GET', '/__dev/seed', undefined, { origin, host: '127.0.0.1:4000' })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin])
  })
})

describe('the inbox', () => {
  it('shows a mail as soon as the call that caused it is answered, to its recipient, newest last', async () => {
    const sandbox = await open()
    await forgot(sandbox)
    await sandbox.control('clock', { advanceSeconds: 61 })
    await forgot(sandbox)
    await forgot(sandbox, 'nobody@example.com')
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

  it('forgets after a day', async () => {
    const sandbox = await open()
    await forgot(sandbox)
    await sandbox.control('clock', { advanceSeconds: 24 * 3600 + 1 })
    expect(await sandbox.control('inbox')).toEqual({ mails: [] })
  })
})

describe('the clock', () => {
  it('ends tokens and limits, and adds up', async () => {
    const sandbox = await open()
    const token = await tokenOf(sandbox)
    for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) await signUpAs(sandbox, email)
    expect([await me(sandbox, token), (await signUpAs(sandbox, 'd@example.com')).status]).toEqual([200, 429])
    const { now: before } = await sandbox.control<{ now: string }>('clock', { advanceSeconds: 1800 })
    expect(await me(sandbox, token)).toBe(200)
    const { now } = await sandbox.control<{ now: string }>('clock', { advanceSeconds: 1801 })
    expect(Math.round((Date.parse(now) - Date.parse(before)) / 1000)).toBe(1801)
    expect([await me(sandbox, token), (await signUpAs(sandbox, 'd@example.com')).status]).toEqual([401, 201])
  })

  it('can be set back, which prolongs no limit', async () => {
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
  it('takes back everything: people, mails, settings, faults, time and limits', async () => {
    const sandbox = await open({ store: store() })
    const settings = await sandbox.control('settings', {})
    for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) await signUpAs(sandbox, email)
    await forgot(sandbox)
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

  it('leaves nothing behind of calls that were under way', async () => {
    const sandbox = await open({ store: store() })
    const underWay = Array.from({ length: 3 }, (_, index) => signUpAs(sandbox, `late${index}@example.com`))
    const resets = [sandbox.call('POST', '/__dev/reset'), sandbox.call('POST', '/__dev/reset')]
    expect((await Promise.all(resets)).map(({ status }) => status)).toEqual([204, 204])
    for (const answer of await Promise.all(underWay)) expect([201, 503]).toContain(answer.status)
    await sandbox.control('settings', { rateLimits: false })
    for (let index = 0; index < 3; index++)
      expect((await signUpAs(sandbox, `late${index}@example.com`)).status).toBe(201)
  })
})

it('the seed is told, whatever has become of it', async () => {
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
    refusal(await sandbox.call('POST', '/__dev/settings', body))

  it('are those that the API has a use for', async () => {
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

  it('take effect at the next call, and keep what was left out', async () => {
    const sandbox = await open()
    await sandbox.control('settings', { passwords: { minLength: 30 }, requireVerifiedEmail: true })
    expect((await signUpAs(sandbox, 'new@example.com')).status).toBe(401)
    expect(await signInStatus(sandbox)).toBe(401)
    expect(await sandbox.control('settings', { passwords: { requires: ['digit'] } })).toMatchObject({
      passwords: { minLength: 30, requires: ['digit'], refuseCommon: false },
      requireVerifiedEmail: true,
    })
  })

  it('refuse the first call at a limit of 0, and none when all limits are lifted', async () => {
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

  it('change users by id or address, at once', async () => {
    const sandbox = await open()
    const token = await tokenOf(sandbox)
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
  ])('refuse %j, and change nothing then', async (wanted, status, code, message) => {
    const sandbox = await open()
    const before = await sandbox.control('settings', {})
    const all = {
      requireVerifiedEmail: true,
      ...wanted,
      users: [{ user: mina.id, status: 'disabled' }, ...(('users' in wanted && wanted.users) || [])],
    }
    const answer = await post(sandbox, all)
    if (!message.startsWith('users[')) expect(answer).toEqual([status, { code, message }])
    expect(await post(sandbox, wanted)).toEqual([status, { code, message }])
    expect(await sandbox.control('settings', {})).toEqual(before)
    expect(await signInStatus(sandbox)).toBe(200)
  })
})

describe('a fault', () => {
  it('answers the next calls as the contract shows, before anything is looked at', async () => {
    const sandbox = await open()
    expect(await sandbox.control('faults', { operationId: 'signIn', status: 503, times: 2 })).toEqual({
      faults: [{ operationId: 'signIn', status: 503, example: 'unavailable', times: 2 }],
    })
    const answer = await sandbox.call('POST', signIn, {})
    expect([answer.status, answer.headers.get('retry-after'), (await answer.json()).error.code]).toEqual([
      503,
      expect.stringMatching(/^\d+$/),
      'common/unavailable',
    ])
    expect([await signInStatus(sandbox), await signInStatus(sandbox)]).toEqual([503, 200])
  })

  it('may be any example of any status, and takes the place of the one before', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: 'signIn', status: 503 })
    await sandbox.control('faults', { operationId: 'signIn', status: 429, example: 'accountLocked' })
    const answer = await sandbox.call('POST', signIn, credentials)
    expect([answer.status, (await answer.json()).error.code]).toEqual([429, 'auth/account-locked'])
    await sandbox.control('faults', { operationId: 'signIn', status: 200 })
    expect((await sandbox.call('POST', signIn, {})).status).toBe(200)
  })

  it('with a delay alone lets the operation do its work, and the answer come late', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: 'signIn', delayMs: 50 })
    const begin = performance.now()
    expect(await signInStatus(sandbox)).toBe(200)
    expect(performance.now() - begin).toBeGreaterThan(45)
  })

  it.each([
    [{ operationId: 'signInn', status: 503 }, 404, 'Unknown operation signInn'],
    [{ operationId: 'signIn', status: 418 }, 404, 'signIn does not declare the status 418'],
    [
      { operationId: 'signIn', status: 429, example: 'accountLost' },
      404,
      'The status 429 of signIn has no example accountLost',
    ],
    [{ operationId: 'signIn' }, 400, 'Send a status, a delayMs or both, or times: 0'],
    [{ operationId: 'signIn', delayMs: 60_001 }, 400, 'delayMs must be from 1 to 60000'],
  ])('%j is refused', async (fault, status, message) => {
    const sandbox = await open()
    expect(await refusal(await sandbox.call('POST', '/__dev/faults', fault))).toEqual([
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
    const answer = await sandbox.call('GET', `/__oauth/google/authorize?${query}`)
    expect(answer.status).toBe(302)
    return String(answer.headers.get('location'))
  }

  it('is pending once its page is opened, which anybody on this machine can see', async () => {
    const sandbox = await open()
    const page = await authorize(sandbox)
    expect(page).toMatch(new RegExp(`^${sandbox.publicUrl}/__oauth/consents/`))
    const shown = await sandbox.fetch(new Request(page))
    expect([shown.status, shown.headers.get('content-type')]).toEqual([
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
    'is approved by %s, once',
    async (account) => {
      const sandbox = await open()
      await authorize(sandbox)
      const decision = { consent: 'the-state', decision: 'approve', account }
      const { redirectTo } = await sandbox.control<{ redirectTo: string }>('oauth', decision)
      expect(redirectTo).toMatch(/^http:\/\/localhost:3000\/back\?code=.+&state=the-state/)
      expect((await sandbox.call('POST', '/__dev/oauth', decision)).status).toBe(404)
    },
  )

  it('is denied', async () => {
    const sandbox = await open()
    await authorize(sandbox)
    const { redirectTo } = await sandbox.control<{ redirectTo: string }>('oauth', {
      consent: 'the-state',
      decision: 'deny',
    })
    expect(redirectTo).toContain('error=access_denied')
  })

  it('is approved by somebody', async () => {
    const sandbox = await open()
    await authorize(sandbox)
    const approve = { consent: 'the-state', decision: 'approve' }
    expect(await refusal(await sandbox.call('POST', '/__dev/oauth', approve))).toEqual([
      400,
      expect.objectContaining({ message: 'account is required to approve' }),
    ])
    expect(
      await refusal(await sandbox.call('POST', '/__dev/oauth', { ...approve, account: '999999999999' })),
    ).toEqual([404, expect.objectContaining({ code: 'notFound' })])
  })
})

describe('a request to a control', () => {
  const send = async (body: string, type: string) => {
    const sandbox = await open()
    const headers = { 'content-type': type }
    const url = `${sandbox.publicUrl}/__dev/settings`
    return (await sandbox.fetch(new Request(url, { method: 'POST', headers, body }))).status
  }

  it('is refused for its media type or size before its settings are looked at', async () => {
    expect(await send('{"nope":1}', 'text/plain')).toBe(415)
    expect(await send(JSON.stringify({ nope: 'x'.repeat(64 * 1024) }), 'application/json')).toBe(413)
    expect(await send('{"nope":1}', 'application/json')).toBe(400)
  })

  it('has the request id of the log in its response', async () => {
    const sandbox = await open()
    const response = await sandbox.call('GET', '/__dev/seed')
    const logged = sandbox.lines.find(({ message }) => message === 'request')
    expect(response.headers.get('x-request-id')).toBe(logged?.requestId)
  })
})
