import { describe, expect, it } from 'vitest'
import { hashOf } from '../../../src/core/secrets.ts'
import { remove } from '../../../src/core/store.ts'
import { ids, keys, openFactory, paths, tally, times, tokens, told } from './support.ts'

const day = 24 * 60 * 60
const unauthorized = [401, 'UNAUTHORIZED', 'Authentication required']
const invalidCredentials = [401, 'INVALID_CREDENTIALS', 'Invalid email or password']

describe('signing in', () => {
  it('fails in one way, whatever the reason', async () => {
    const { signIn, settings } = await openFactory()
    await settings({ users: [{ user: ids.charles, status: 'disabled' }] })
    const answers = [
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
    const shown = answers.map(({ status, body, headers }) => {
      const others = [...headers].filter(([name]) => name !== 'x-request-id')
      return JSON.stringify({ status, body, others })
    })
    expect(new Set(shown).size).toBe(1)
    expect(told(answers[0] ?? expect.fail())).toEqual(invalidCredentials)
    expect(answers[0]?.headers.get('www-authenticate')).toBe('Bearer')
  })

  it('works whatever the case of the address', async () => {
    const { signIn } = await openFactory()
    expect((await signIn('ADA@Example.ORG', 'correct-horse-9')).status).toBe(200)
  })

  it('opens a further session, with a token that nobody has chosen', async () => {
    const { ask, signIn } = await openFactory()
    const wish = { email: 'ada@example.org', password: 'correct-horse-9', token: 'mine', sessionId: 'mine' }
    const first = await ask('POST', '/api/auth/signin', wish, { bearer: tokens.ada })
    const second = await signIn('ada@example.org', 'correct-horse-9')
    const all = [tokens.ada, first.body.session.token, second.body.session.token]
    expect(new Set(all).size).toBe(3)
    for (const bearer of all)
      expect((await ask('GET', '/api/auth/session', undefined, { bearer })).status).toBe(200)
    expect(first.headers.get('cache-control')).toBe('no-store')
  })

  it('keeps nothing of a token but its hash', async () => {
    const { signIn, store } = await openFactory()
    const { token } = (await signIn('ada@example.org', 'correct-horse-9')).body.session
    const rows = await store.list('sessions', {}, { orderBy: 'id' })
    expect(rows.map(({ tokenHash }) => tokenHash)).toContain(hashOf(token))
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('slows down after 10 failures for an address, from wherever, and lets the owner back in by a reset', async () => {
    const { ask, signIn, mailsTo } = await openFactory()
    const guesses = []
    for (const index of times(12, (index) => index))
      guesses.push(await signIn('ada@example.org', `guess ${index}`, `192.0.2.${index + 10}`))
    expect(tally(guesses)).toEqual({ 401: 10, 429: 2 })
    const right = await signIn('ada@example.org', 'correct-horse-9', '192.0.2.99')
    expect(told(right)).toEqual([429, 'RATE_LIMITED', 'Too many requests'])
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)

    await ask('POST', '/api/auth/forgot-password', { email: 'ada@example.org' })
    const token = (await mailsTo('ada@example.org'))[0]?.tokens[0]
    await ask('POST', '/api/auth/reset-password', { token, newPassword: 'correct-horse-10' })
    expect((await signIn('ada@example.org', 'correct-horse-10', '192.0.2.99')).status).toBe(200)
  })

  it('slows down in the same way for an address that nobody has', async () => {
    const { signIn } = await openFactory()
    const guesses = []
    for (const index of times(12, (index) => index))
      guesses.push(await signIn('nobody@example.org', `guess ${index}`, `192.0.2.${index + 10}`))
    expect(tally(guesses)).toEqual({ 401: 10, 429: 2 })
  })

  it('never lets parallel guesses pass the limit', async () => {
    const { signIn } = await openFactory()
    const guesses = times(40, (index) => signIn('ada@example.org', 'guess', `192.0.2.${index + 10}`))
    expect(tally(await Promise.all(guesses))).toEqual({ 401: 10, 429: 30 })
  })

  it('recovers by itself', async () => {
    const { signIn, advance } = await openFactory()
    for (const index of times(10, (index) => index))
      await signIn('ada@example.org', 'guess', `192.0.2.${index + 10}`)
    expect((await signIn('ada@example.org', 'correct-horse-9')).status).toBe(429)
    await advance(901)
    expect((await signIn('ada@example.org', 'correct-horse-9')).status).toBe(200)
  })
})

describe('a session', () => {
  it('lives 30 days from sign-in, however much it is used', async () => {
    const { ask, signIn, advance } = await openFactory()
    const { token, expiresAt } = (await signIn('ada@example.org', 'correct-horse-9')).body.session
    const left = Date.parse(expiresAt) - Date.now()
    expect(left).toBeGreaterThan((30 * day - 60) * 1000)
    expect(left).toBeLessThanOrEqual(30 * day * 1000)
    await advance(29 * day)
    const session = () => ask('GET', '/api/auth/session', undefined, { bearer: token })
    expect((await session()).status).toBe(200)
    await advance(day + 1)
    expect(told(await session())).toEqual(unauthorized)
  })

  it('ends at sign-out, and no other with it', async () => {
    const { ask, signIn } = await openFactory()
    const { token } = (await signIn('ada@example.org', 'correct-horse-9')).body.session
    const signOut = () => ask('POST', '/api/auth/signout', undefined, { bearer: token })
    expect((await signOut()).status).toBe(204)
    expect(told(await signOut())).toEqual(unauthorized)
    expect(told(await ask('GET', '/api/auth/session', undefined, { bearer: token }))).toEqual(unauthorized)
    expect((await ask('GET', '/api/auth/session', undefined, { bearer: tokens.ada })).status).toBe(200)
    expect((await ask('GET', paths.workOrders, undefined, { bearer: keys.pipeline })).status).toBe(200)
  })

  it('cannot be ended by naming another’s token', async () => {
    const { ask } = await openFactory()
    await ask('POST', '/api/auth/signout', { token: tokens.ada }, { bearer: tokens.charles })
    expect((await ask('GET', '/api/auth/session', undefined, { bearer: tokens.ada })).status).toBe(200)
  })

  it('shows a change of role in the next answer', async () => {
    const { ask, settings } = await openFactory()
    await settings({ users: [{ user: ids.ada, role: 'member' }] })
    const session = await ask('GET', '/api/auth/session', undefined, { bearer: tokens.ada })
    expect(session.body.role).toBe('member')
    const path = `${paths.keys}/${ids.trial}`
    expect(told(await ask('DELETE', path, undefined, { bearer: tokens.ada }))).toEqual([
      403,
      'FORBIDDEN',
      'Admin access required',
    ])
  })

  it('is in the organization that its person has belonged to for longest', async () => {
    const { ask, advance } = await openFactory()
    await advance(60)
    await ask('POST', paths.members, { email: 'mary@example.org', role: 'member' }, { bearer: tokens.ada })
    const session = await ask('GET', '/api/auth/session', undefined, { bearer: tokens.mary })
    expect(session.body).toMatchObject({ organizationId: ids.marysOrganization, role: 'admin' })
  })

  it.each(['disabled', 'deleted'])('is over at once when its account is %s', async (status) => {
    const { ask, settings } = await openFactory()
    await settings({ users: [{ user: ids.ada, status }] })
    for (const bearer of [tokens.ada, keys.pipeline])
      expect(told(await ask('GET', paths.workOrders, undefined, { bearer }))).toEqual(unauthorized)
  })

  it('is over when its person’s last membership is', async () => {
    const { ask, store } = await openFactory()
    await store.write([remove('memberships', { userId: ids.charles })])
    expect(told(await ask('GET', '/api/auth/session', undefined, { bearer: tokens.charles }))).toEqual(
      unauthorized,
    )
  })

  it('is not what an API key is', async () => {
    const { ask } = await openFactory()
    for (const [method, path] of [
      ['GET', '/api/auth/session'],
      ['POST', '/api/auth/signout'],
    ] as const) {
      for (const bearer of Object.values(keys))
        expect(told(await ask(method, path, undefined, { bearer }))).toEqual(unauthorized)
    }
  })
})

describe('the Authorization header', () => {
  const said = async (authorization?: string, path = '/api/auth/session') => {
    const { ask } = await openFactory()
    return ask('GET', path, undefined, { headers: { ...(authorization !== undefined && { authorization }) } })
  }

  it.each(['Bearer', 'bearer', 'BEARER'])('may say %s', async (scheme) => {
    expect((await said(`${scheme} ${tokens.ada}`)).status).toBe(200)
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
  ])('is refused as %j', async (header) => {
    const answer = await said(header)
    expect(told(answer)).toEqual(unauthorized)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })

  it('cannot be replaced by a parameter or a cookie', async () => {
    expect((await said(undefined, `/api/auth/session?access_token=${tokens.ada}`)).status).toBe(401)
    const { ask } = await openFactory()
    const headers = { cookie: `token=${tokens.ada}; session=${tokens.ada}` }
    expect((await ask('GET', '/api/auth/session', undefined, { headers })).status).toBe(401)
  })

  it('is judged before anything else, however wrong that is', async () => {
    const { ask } = await openFactory()
    const attempts = [
      await ask('POST', `/api/organizations/nonsense/api-keys`, '{"name":'),
      await ask('POST', paths.members, { email: 1 }),
      await ask('POST', paths.feedback, { description: '' }, { bearer: tokens.ada }),
      await ask('PATCH', `/api/projects/x/planner/work-orders/y`, '', { headers: { 'content-type': 'a/b' } }),
    ]
    for (const attempt of attempts) expect(told(attempt)).toEqual(unauthorized)
  })
})
