import { describe, expect, it } from 'vitest'
import {
  countStatuses,
  errorOf,
  ids,
  issues,
  keys,
  luigisResetToken,
  openFactory,
  paths,
  times,
  tokens,
} from './support.ts'

const invalidToken = [400, 'INVALID_TOKEN', 'Invalid or expired token']

async function setUp() {
  const factory = await openFactory()
  const { ask, mailsTo } = factory
  return {
    ...factory,
    forget: (email: string, headers: Record<string, string> = {}, address?: string) =>
      ask('POST', '/api/auth/forgot-password', { email }, { headers, ...(address && { address }) }),
    reset: (token: string, newPassword = 'correct-horse-10', address?: string) =>
      ask('POST', '/api/auth/reset-password', { token, newPassword }, { ...(address && { address }) }),
    /** The tokens of the reset emails to a recipient, oldest first. */
    tokensOf: async (email: string) =>
      (await mailsTo(email)).filter(({ kind }) => kind === 'resetPassword').flatMap(({ tokens }) => tokens),
  }
}

/** Requests a reset email and returns its token. */
async function mailed({ forget, tokensOf }: Awaited<ReturnType<typeof setUp>>, email: string) {
  await forget(email)
  return (await tokensOf(email)).at(-1) ?? expect.fail('no reset email')
}

describe('a reset email', () => {
  it('links the reset email to the web application, regardless of host headers', async () => {
    const { forget, mailsTo } = await setUp()
    await forget('ada@example.org', {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'gopher',
      forwarded: 'host=evil.example',
      origin: 'https://evil.example',
    })
    const [mail] = await mailsTo('ada@example.org')
    expect(mail?.links).toEqual([`https://factory.example.org/reset-password?token=${mail?.tokens[0]}`])
    expect(mail?.text).not.toContain('evil')
  })

  it('sends a reset email only to existing accounts, without revealing that in the response', async () => {
    const { forget, store, mailsTo } = await setUp()
    const before = await store.count('outbox', {})
    const responses = [
      await forget('ada@example.org'),
      await forget('nobody@example.org'),
      await forget('mary@example.org'),
      await forget('ada'),
      await forget('a@b.io,ada@example.org'),
    ]
    const shown = responses.map(({ status, body, headers }) => {
      const others = [...headers].filter(([name]) => name !== 'x-request-id')
      return JSON.stringify({ status, body, others })
    })
    expect(new Set(shown).size).toBe(1)
    expect(responses[0]?.status).toBe(200)
    expect([await mailsTo('nobody@example.org'), (await mailsTo('ada@example.org')).length]).toEqual([[], 1])
    // Each valid email gets the same work, even without an account.
    expect((await store.count('outbox', {})) - before).toBe(3)
  })

  it('sends at most 5 reset emails an hour to one recipient, regardless of the IP address', async () => {
    const { forget, tokensOf, advance } = await setUp()
    for (const index of times(20, (index) => index))
      expect((await forget('ada@example.org', {}, `192.0.2.${index + 10}`)).status).toBe(200)
    expect(await tokensOf('ada@example.org')).toHaveLength(5)
    await advance(3601)
    await forget('ada@example.org')
    expect(await tokensOf('ada@example.org')).toHaveLength(6)
  })

  it('lets Luigi, who has no password yet, set his first one', async () => {
    const { mailsTo, reset, signIn } = await setUp()
    expect((await mailsTo('luigi@example.org'))[0]?.links).toEqual([
      `https://factory.example.org/reset-password?token=${luigisResetToken}`,
    ])
    expect((await reset(luigisResetToken, 'sketch-of-the-engine-4')).status).toBe(200)
    const { body } = await signIn('luigi@example.org', 'sketch-of-the-engine-4')
    expect(body.user).toMatchObject({ id: ids.luigi, name: 'Luigi Menabrea' })
  })
})

describe('a reset token', () => {
  it('accepts a reset token once', async () => {
    const all = await setUp()
    const token = await mailed(all, 'ada@example.org')
    expect((await all.reset(token)).status).toBe(200)
    expect(errorOf(await all.reset(token, 'correct-horse-11'))).toEqual(invalidToken)
    expect((await all.signIn('ada@example.org', 'correct-horse-10')).status).toBe(200)
  })

  it('accepts a reset token in only one of 50 concurrent resets and sets its password', async () => {
    const all = await setUp()
    await all.settings({ rateLimits: false })
    const token = await mailed(all, 'ada@example.org')
    const passwords = times(50, (index) => `correct-horse-no-${index}`)
    const responses = await Promise.all(passwords.map((password) => all.reset(token, password)))
    expect(countStatuses(responses)).toEqual({ 200: 1, 400: 49 })
    const signIns = await Promise.all(passwords.map((password) => all.signIn('ada@example.org', password)))
    expect(signIns.map(({ status }) => status)).toEqual(
      responses.map(({ status }) => (status === 200 ? 200 : 401)),
    )
  })

  it('rejects a reset token after an hour', async () => {
    const all = await setUp()
    const [early, late] = [await mailed(all, 'ada@example.org'), await mailed(all, 'charles@example.org')]
    await all.advance(3595)
    expect((await all.reset(early)).status).toBe(200)
    await all.advance(6)
    expect(errorOf(await all.reset(late))).toEqual(invalidToken)
  })

  it('rejects a reset token once a newer one was sent', async () => {
    const all = await setUp()
    const older = await mailed(all, 'ada@example.org')
    const newer = await mailed(all, 'ada@example.org')
    expect(errorOf(await all.reset(older))).toEqual(invalidToken)
    expect((await all.reset(newer)).status).toBe(200)
  })

  it('keeps a reset token valid if the password is rejected', async () => {
    const all = await setUp()
    const token = await mailed(all, 'ada@example.org')
    expect(issues(await all.reset(token, 'horse-1'))).toEqual([
      422,
      'newPassword: Must have at least 8 characters',
    ])
    await all.settings({ passwords: { refuseCommon: true } })
    expect(issues(await all.reset(token, 'password123'))).toEqual([422, 'newPassword: Is too common'])
    expect((await all.reset(token)).status).toBe(200)
  })

  it('rejects a reset token as a session token, and vice versa', async () => {
    const all = await setUp()
    const token = await mailed(all, 'ada@example.org')
    expect((await all.ask('GET', '/api/auth/session', undefined, { bearer: token })).status).toBe(401)
    expect(errorOf(await all.reset(tokens.ada))).toEqual(invalidToken)
  })

  it('stores a reset token only as a hash', async () => {
    const all = await setUp()
    const token = await mailed(all, 'ada@example.org')
    const rows = [
      ...(await all.store.list('oneTimeTokens', {}, { orderBy: 'createdAt' })),
      ...(await all.store.list('outbox', {}, { orderBy: 'createdAt' })),
    ]
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('rejects a reset token once the account is deleted', async () => {
    const all = await setUp()
    const token = await mailed(all, 'ada@example.org')
    await all.settings({ users: [{ user: ids.ada, status: 'deleted' }] })
    expect(errorOf(await all.reset(token))).toEqual(invalidToken)
  })
})

describe('a password reset', () => {
  it('revokes all sessions at a reset, creates none, and notifies the owner', async () => {
    const all = await setUp()
    const { token: second } = (await all.signIn('charles@example.org', 'difference-no-2')).body.session
    const response = await all.reset(await mailed(all, 'charles@example.org'))
    expect(response.body).toEqual({ message: 'Password reset successfully.' })
    for (const bearer of [tokens.charles, second])
      expect((await all.ask('GET', '/api/auth/session', undefined, { bearer })).status).toBe(401)
    expect((await all.signIn('charles@example.org', 'difference-no-2')).status).toBe(401)
    const [, notice] = await all.mailsTo('charles@example.org')
    expect(notice).toMatchObject({ kind: 'passwordChanged', tokens: [], links: [] })
    expect(notice?.text).not.toContain('correct-horse')
  })

  it('keeps the API keys of a user with a verified email at a reset', async () => {
    const all = await setUp()
    const made = await all.ask(
      'POST',
      paths.keys,
      { name: 'Mill', scopes: ['mcp:read'] },
      { bearer: tokens.charles },
    )
    await all.reset(await mailed(all, 'charles@example.org'))
    const listed = await all.ask('GET', paths.workOrders, undefined, { bearer: made.body.key })
    expect(listed.status).toBe(200)
  })

  it('revokes the API keys of a user with an unverified email at the first reset only', async () => {
    const all = await setUp()
    await all.reset(await mailed(all, 'ada@example.org'))
    expect((await all.ask('GET', paths.workOrders, undefined, { bearer: keys.pipeline })).status).toBe(401)
    const { token } = (await all.signIn('ada@example.org', 'correct-horse-10')).body.session
    const form = { name: 'New', scopes: ['mcp:read'] }
    const { key } = (await all.ask('POST', paths.keys, form, { bearer: token })).body
    await all.reset(await mailed(all, 'ada@example.org'), 'correct-horse-11')
    expect((await all.ask('GET', paths.workOrders, undefined, { bearer: key })).status).toBe(200)
  })

  it('sets the first password of an account by a reset', async () => {
    const all = await setUp()
    await all.reset(await mailed(all, 'mary@example.org'), 'mechanism-of-the-heavens')
    expect((await all.signIn('mary@example.org', 'mechanism-of-the-heavens')).status).toBe(200)
  })
})
