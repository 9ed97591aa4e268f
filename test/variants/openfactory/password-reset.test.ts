import { describe, expect, it } from 'vitest'
import {
  ids,
  issues,
  keys,
  luigisResetToken,
  openFactory,
  paths,
  tally,
  times,
  tokens,
  told,
} from './support.ts'

const invalidToken = [400, 'INVALID_TOKEN', 'Invalid or expired token']

async function scene() {
  const factory = await openFactory()
  const { ask, mailsTo } = factory
  return {
    ...factory,
    forget: (email: string, headers: Record<string, string> = {}, address?: string) =>
      ask('POST', '/api/auth/forgot-password', { email }, { headers, ...(address && { address }) }),
    reset: (token: string, newPassword = 'correct-horse-10', address?: string) =>
      ask('POST', '/api/auth/reset-password', { token, newPassword }, { ...(address && { address }) }),
    /** Tokens of the reset mails to an address, oldest first. */
    tokensOf: async (email: string) =>
      (await mailsTo(email)).filter(({ kind }) => kind === 'resetPassword').flatMap(({ tokens }) => tokens),
  }
}

/** Asks for a token and takes it from the mail. */
async function mailed({ forget, tokensOf }: Awaited<ReturnType<typeof scene>>, email: string) {
  await forget(email)
  return (await tokensOf(email)).at(-1) ?? expect.fail('no mail')
}

describe('a reset mail', () => {
  it('leads to the web application, whatever the request says about hosts', async () => {
    const { forget, mailsTo } = await scene()
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

  it('goes to nobody but the owner of an account, and the answer does not tell', async () => {
    const { forget, store, mailsTo } = await scene()
    const before = await store.count('outbox', {})
    const answers = [
      await forget('ada@example.org'),
      await forget('nobody@example.org'),
      await forget('mary@example.org'),
      await forget('ada'),
      await forget('a@b.io,ada@example.org'),
    ]
    const shown = answers.map(({ status, body, headers }) => {
      const others = [...headers].filter(([name]) => name !== 'x-request-id')
      return JSON.stringify({ status, body, others })
    })
    expect(new Set(shown).size).toBe(1)
    expect(answers[0]?.status).toBe(200)
    expect([await mailsTo('nobody@example.org'), (await mailsTo('ada@example.org')).length]).toEqual([[], 1])
    // The same work for an address that nobody has.
    expect((await store.count('outbox', {})) - before).toBe(3)
  })

  it('comes at most 5 times an hour to one recipient, whoever asks', async () => {
    const { forget, tokensOf, advance } = await scene()
    for (const index of times(20, (index) => index))
      expect((await forget('ada@example.org', {}, `192.0.2.${index + 10}`)).status).toBe(200)
    expect(await tokensOf('ada@example.org')).toHaveLength(5)
    await advance(3601)
    await forget('ada@example.org')
    expect(await tokensOf('ada@example.org')).toHaveLength(6)
  })

  it('waits for Luigi, who was invited', async () => {
    const { mailsTo, reset, signIn } = await scene()
    expect((await mailsTo('luigi@example.org'))[0]?.links).toEqual([
      `https://factory.example.org/reset-password?token=${luigisResetToken}`,
    ])
    expect((await reset(luigisResetToken, 'sketch-of-the-engine-4')).status).toBe(200)
    const { body } = await signIn('luigi@example.org', 'sketch-of-the-engine-4')
    expect(body.user).toMatchObject({ id: ids.luigi, name: 'Luigi Menabrea' })
  })
})

describe('a reset token', () => {
  it('is good for one use', async () => {
    const all = await scene()
    const token = await mailed(all, 'ada@example.org')
    expect((await all.reset(token)).status).toBe(200)
    expect(told(await all.reset(token, 'correct-horse-11'))).toEqual(invalidToken)
    expect((await all.signIn('ada@example.org', 'correct-horse-10')).status).toBe(200)
  })

  it('is used by exactly one of 50 at once, whose password then counts', async () => {
    const all = await scene()
    await all.settings({ rateLimits: false })
    const token = await mailed(all, 'ada@example.org')
    const passwords = times(50, (index) => `correct-horse-no-${index}`)
    const answers = await Promise.all(passwords.map((password) => all.reset(token, password)))
    expect(tally(answers)).toEqual({ 200: 1, 400: 49 })
    const signIns = await Promise.all(passwords.map((password) => all.signIn('ada@example.org', password)))
    expect(signIns.map(({ status }) => status)).toEqual(
      answers.map(({ status }) => (status === 200 ? 200 : 401)),
    )
  })

  it('is good for an hour', async () => {
    const all = await scene()
    const [early, late] = [await mailed(all, 'ada@example.org'), await mailed(all, 'charles@example.org')]
    await all.advance(3595)
    expect((await all.reset(early)).status).toBe(200)
    await all.advance(6)
    expect(told(await all.reset(late))).toEqual(invalidToken)
  })

  it('is void once there is a newer one', async () => {
    const all = await scene()
    const older = await mailed(all, 'ada@example.org')
    const newer = await mailed(all, 'ada@example.org')
    expect(told(await all.reset(older))).toEqual(invalidToken)
    expect((await all.reset(newer)).status).toBe(200)
  })

  it('survives a refused password', async () => {
    const all = await scene()
    const token = await mailed(all, 'ada@example.org')
    expect(issues(await all.reset(token, 'horse-1'))).toEqual([
      422,
      'newPassword: Must have at least 8 characters',
    ])
    expect(issues(await all.reset(token, 'password123'))).toEqual([422, 'newPassword: Is too common'])
    expect((await all.reset(token)).status).toBe(200)
  })

  it('is no session, and a session is no reset token', async () => {
    const all = await scene()
    const token = await mailed(all, 'ada@example.org')
    expect((await all.ask('GET', '/api/auth/session', undefined, { bearer: token })).status).toBe(401)
    expect(told(await all.reset(tokens.ada))).toEqual(invalidToken)
  })

  it('is kept as a hash', async () => {
    const all = await scene()
    const token = await mailed(all, 'ada@example.org')
    const rows = [
      ...(await all.store.list('oneTimeTokens', {}, { orderBy: 'createdAt' })),
      ...(await all.store.list('outbox', {}, { orderBy: 'createdAt' })),
    ]
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('dies with its account', async () => {
    const all = await scene()
    const token = await mailed(all, 'ada@example.org')
    await all.settings({ users: [{ user: ids.ada, status: 'deleted' }] })
    expect(told(await all.reset(token))).toEqual(invalidToken)
  })
})

describe('a reset', () => {
  it('ends all sessions, opens none, and tells the owner', async () => {
    const all = await scene()
    const { token: second } = (await all.signIn('charles@example.org', 'difference-no-2')).body.session
    const answer = await all.reset(await mailed(all, 'charles@example.org'))
    expect(answer.body).toEqual({ message: 'Password reset successfully.' })
    for (const bearer of [tokens.charles, second])
      expect((await all.ask('GET', '/api/auth/session', undefined, { bearer })).status).toBe(401)
    expect((await all.signIn('charles@example.org', 'difference-no-2')).status).toBe(401)
    const [, notice] = await all.mailsTo('charles@example.org')
    expect(notice).toMatchObject({ kind: 'passwordChanged', tokens: [], links: [] })
    expect(notice?.text).not.toContain('correct-horse')
  })

  it('keeps the keys of somebody whose address was verified', async () => {
    const all = await scene()
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

  it('revokes the keys of somebody whose address never was, but only the first time', async () => {
    const all = await scene()
    await all.reset(await mailed(all, 'ada@example.org'))
    expect((await all.ask('GET', paths.workOrders, undefined, { bearer: keys.pipeline })).status).toBe(401)
    const { token } = (await all.signIn('ada@example.org', 'correct-horse-10')).body.session
    const form = { name: 'New', scopes: ['mcp:read'] }
    const { key } = (await all.ask('POST', paths.keys, form, { bearer: token })).body
    await all.reset(await mailed(all, 'ada@example.org'), 'correct-horse-11')
    expect((await all.ask('GET', paths.workOrders, undefined, { bearer: key })).status).toBe(200)
  })

  it('gives a password to somebody who had none', async () => {
    const all = await scene()
    await all.reset(await mailed(all, 'mary@example.org'), 'mechanism-of-the-heavens')
    expect((await all.signIn('mary@example.org', 'mechanism-of-the-heavens')).status).toBe(200)
  })
})
