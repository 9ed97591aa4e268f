import { describe, expect, it } from 'vitest'
import { hashOf } from '../../../src/core/secrets.ts'
import { remove } from '../../../src/core/store.ts'
import { countStatuses, errorOf, ids, keys, openFactory, paths, times, tokens } from './support.ts'

const day = 24 * 60 * 60
const unauthorized = [401, 'UNAUTHORIZED', 'Authentication required']
const invalidCredentials = [401, 'INVALID_CREDENTIALS', 'Invalid email or password']

describe('signing in', () => {
  it('returns the same response for every reason why a sign-in fails', async () => {
    const { signIn, settings } = await openFactory()
    await settings({ users: [{ user: ids.charles, status: 'disabled' }] })
    const responses = [
      await signIn('ada@example.org', 'wrong-horse-9'),
      await signIn('nobody@example.org', 'correct-horse-9'),
      await signIn('mary@example.org', 'correct-horse-9'),
      await signIn('luigi@example.org', 'correct-horse-9'),
      await signIn('charles@example.org', 'difference-no-2'),
      await signIn('charles@example.org', 'wrong'),
      await signIn('ada', 'correct-horse-9'),
      await signIn('', 'correct-horse-9'),
      await signIn('a＠example.org', 'correct-horse-9'),
      await signIn('ada@example.org', 'x'.repeat(60_000)),
    ]
    const shown = responses.map(({ status, body, headers }) => {
      const others = [...headers].filter(([name]) => name !== 'x-request-id')
      return JSON.stringify({ status, body, others })
    })
    expect(new Set(shown).size).toBe(1)
    expect(errorOf(responses[0] ?? expect.fail())).toEqual(invalidCredentials)
    expect(responses[0]?.headers.get('www-authenticate')).toBe('Bearer')
  })

  it('matches the email of a sign-in regardless of case', async () => {
    const { signIn } = await openFactory()
    expect((await signIn('ADA@Example.ORG', 'correct-horse-9')).status).toBe(200)
  })

  it('creates another session at each sign-in and ignores a token from the client', async () => {
    const { ask, signIn } = await openFactory()
    const body = { email: 'ada@example.org', password: 'correct-horse-9', token: 'mine', sessionId: 'mine' }
    const first = await ask('POST', '/api/auth/signin', body, { bearer: tokens.ada })
    const second = await signIn('ada@example.org', 'correct-horse-9')
    const all = [tokens.ada, first.body.session.token, second.body.session.token]
    expect(new Set(all).size).toBe(3)
    for (const bearer of all)
      expect((await ask('GET', '/api/auth/session', undefined, { bearer })).status).toBe(200)
    expect(first.headers.get('cache-control')).toBe('no-store')
  })

  it('stores a session token only as a hash', async () => {
    const { signIn, store } = await openFactory()
    const { token } = (await signIn('ada@example.org', 'correct-horse-9')).body.session
    const rows = await store.list('sessions', {}, { orderBy: 'id' })
    expect(rows.map(({ tokenHash }) => tokenHash)).toContain(hashOf(token))
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('limits failed sign-ins to 10 per email from all IP addresses, until the owner resets the password', async () => {
    const { ask, signIn, mailsTo } = await openFactory()
    const guesses = []
    for (const index of times(12, (index) => index))
      guesses.push(await signIn('ada@example.org', `guess ${index}`, `192.0.2.${index + 10}`))
    expect(countStatuses(guesses)).toEqual({ 401: 10, 429: 2 })
    const right = await signIn('ada@example.org', 'correct-horse-9', '192.0.2.99')
    expect(errorOf(right)).toEqual([429, 'RATE_LIMITED', 'Too many requests'])
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)

    await ask('POST', '/api/auth/forgot-password', { email: 'ada@example.org' })
    const token = (await mailsTo('ada@example.org'))[0]?.tokens[0]
    await ask('POST', '/api/auth/reset-password', { token, newPassword: 'correct-horse-10' })
    expect((await signIn('ada@example.org', 'correct-horse-10', '192.0.2.99')).status).toBe(200)
  })

  it('limits failed sign-ins in the same way for an email without an account', async () => {
    const { signIn } = await openFactory()
    const guesses = []
    for (const index of times(12, (index) => index))
      guesses.push(await signIn('nobody@example.org', `guess ${index}`, `192.0.2.${index + 10}`))
    expect(countStatuses(guesses)).toEqual({ 401: 10, 429: 2 })
  })

  it('limits concurrent password guesses, too', async () => {
    const { signIn } = await openFactory()
    const guesses = times(40, (index) => signIn('ada@example.org', 'guess', `192.0.2.${index + 10}`))
    expect(countStatuses(await Promise.all(guesses))).toEqual({ 401: 10, 429: 30 })
  })

  it('accepts the right password again 15 minutes after the limit was reached', async () => {
    const { signIn, advance } = await openFactory()
    for (const index of times(10, (index) => index))
      await signIn('ada@example.org', 'guess', `192.0.2.${index + 10}`)
    expect((await signIn('ada@example.org', 'correct-horse-9')).status).toBe(429)
    await advance(901)
    expect((await signIn('ada@example.org', 'correct-horse-9')).status).toBe(200)
  })
})

describe('a session', () => {
  it('ends a session 30 days after sign-in, even if it is used', async () => {
    const { ask, signIn, advance } = await openFactory()
    const { token, expiresAt } = (await signIn('ada@example.org', 'correct-horse-9')).body.session
    const left = Date.parse(expiresAt) - Date.now()
    expect(left).toBeGreaterThan((30 * day - 60) * 1000)
    expect(left).toBeLessThanOrEqual(30 * day * 1000)
    await advance(29 * day)
    const session = () => ask('GET', '/api/auth/session', undefined, { bearer: token })
    expect((await session()).status).toBe(200)
    await advance(day + 1)
    expect(errorOf(await session())).toEqual(unauthorized)
  })

  it('ends only the session that signs out, and no API key', async () => {
    const { ask, signIn } = await openFactory()
    const { token } = (await signIn('ada@example.org', 'correct-horse-9')).body.session
    const signOut = () => ask('POST', '/api/auth/signout', undefined, { bearer: token })
    expect((await signOut()).status).toBe(204)
    expect(errorOf(await signOut())).toEqual(unauthorized)
    expect(errorOf(await ask('GET', '/api/auth/session', undefined, { bearer: token }))).toEqual(unauthorized)
    expect((await ask('GET', '/api/auth/session', undefined, { bearer: tokens.ada })).status).toBe(200)
    expect((await ask('GET', paths.workOrders, undefined, { bearer: keys.pipeline })).status).toBe(200)
  })

  it('ignores a session token in the body of a sign-out', async () => {
    const { ask } = await openFactory()
    await ask('POST', '/api/auth/signout', { token: tokens.ada }, { bearer: tokens.charles })
    expect((await ask('GET', '/api/auth/session', undefined, { bearer: tokens.ada })).status).toBe(200)
  })

  it('applies a changed role to the next request', async () => {
    const { ask, settings } = await openFactory()
    await settings({ users: [{ user: ids.ada, role: 'member' }] })
    const session = await ask('GET', '/api/auth/session', undefined, { bearer: tokens.ada })
    expect(session.body.role).toBe('member')
    const path = `${paths.keys}/${ids.trial}`
    expect(errorOf(await ask('DELETE', path, undefined, { bearer: tokens.ada }))).toEqual([
      403,
      'FORBIDDEN',
      'Admin access required',
    ])
  })

  it('returns the organization of the oldest membership', async () => {
    const { ask, advance } = await openFactory()
    await advance(60)
    await ask('POST', paths.members, { email: 'mary@example.org', role: 'member' }, { bearer: tokens.ada })
    const session = await ask('GET', '/api/auth/session', undefined, { bearer: tokens.mary })
    expect(session.body).toMatchObject({ organizationId: ids.marysOrganization, role: 'admin' })
  })

  it.each(['disabled', 'deleted'])(
    'rejects sessions and API keys at once when the account is %s',
    async (status) => {
      const { ask, settings } = await openFactory()
      await settings({ users: [{ user: ids.ada, status }] })
      for (const bearer of [tokens.ada, keys.pipeline])
        expect(errorOf(await ask('GET', paths.workOrders, undefined, { bearer }))).toEqual(unauthorized)
    },
  )

  it('rejects the session of a user without a membership', async () => {
    const { ask, store } = await openFactory()
    await store.write([remove('memberships', { userId: ids.charles })])
    expect(errorOf(await ask('GET', '/api/auth/session', undefined, { bearer: tokens.charles }))).toEqual(
      unauthorized,
    )
  })

  it('rejects API keys for reading and ending a session', async () => {
    const { ask } = await openFactory()
    for (const [method, path] of [
      ['GET', '/api/auth/session'],
      ['POST', '/api/auth/signout'],
    ] as const) {
      for (const bearer of Object.values(keys))
        expect(errorOf(await ask(method, path, undefined, { bearer }))).toEqual(unauthorized)
    }
  })
})

describe('the Authorization header', () => {
  const getSession = async (authorization?: string, path = '/api/auth/session') => {
    const { ask } = await openFactory()
    return ask('GET', path, undefined, { headers: { ...(authorization !== undefined && { authorization }) } })
  }

  it.each(['Bearer', 'bearer', 'BEARER'])('accepts the authentication scheme %s', async (scheme) => {
    expect((await getSession(`${scheme} ${tokens.ada}`)).status).toBe(200)
  })

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    tokens.ada,
    `Basic ${tokens.ada}`,
    `Bearer ${tokens.ada} ${tokens.ada}`,
    `Bearer ${tokens.ada}, Bearer ${tokens.ada}`,
    `Bearer ${tokens.ada.toUpperCase()}`,
    `Bearer ${tokens.ada.slice(1)}`,
    'Bearer %00%ff',
    'Bearer null',
    `Bearer ${'a'.repeat(65_536)}`,
    `Bearer ${keys.trial}`,
    `Bearer ${keys.deleted}`,
  ])('rejects the Authorization header %j', async (header) => {
    const response = await getSession(header)
    expect(errorOf(response)).toEqual(unauthorized)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
  })

  it('ignores session tokens in parameters and cookies', async () => {
    expect((await getSession(undefined, `/api/auth/session?access_token=${tokens.ada}`)).status).toBe(401)
    const { ask } = await openFactory()
    const headers = { cookie: `token=${tokens.ada}; session=${tokens.ada}` }
    expect((await ask('GET', '/api/auth/session', undefined, { headers })).status).toBe(401)
  })

  it('checks the credential before path, media type and body', async () => {
    const { ask } = await openFactory()
    const attempts = [
      await ask('POST', `/api/organizations/nonsense/api-keys`, '{"name":'),
      await ask('POST', paths.members, { email: 1 }),
      await ask('POST', paths.feedback, { description: '' }, { bearer: tokens.ada }),
      await ask('PATCH', `/api/projects/x/planner/work-orders/y`, '', { headers: { 'content-type': 'a/b' } }),
    ]
    for (const attempt of attempts) expect(errorOf(attempt)).toEqual(unauthorized)
  })
})
