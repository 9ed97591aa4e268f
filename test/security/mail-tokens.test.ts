import { describe, expect, it } from 'vitest'
import { update } from '../../src/core/store.ts'
import { casesWith, countStatuses, isSuccess, openTestServer, times } from './test-server.ts'

/** Seconds before the expiry at which a token is used, so that slow machines pass. */
const toleranceSeconds = 20

describe.each(casesWith('requestReset', 'confirmReset'))('$name', (testCase) => {
  /** Creates a user, and functions to request and confirm a reset. */
  async function setUp() {
    const subject = await openTestServer(testCase)
    const account = await subject.createAccount()
    const requestToken = async () => {
      await subject.send(subject.requestReset(account.email))
      return subject.mailedToken(account.email, 'resetPassword')
    }
    const reset = (token: string, password: string) =>
      subject.send(subject.confirmReset({ email: account.email, token, password }))
    const canSignIn = async (password: string) =>
      (await subject.send(subject.signIn({ email: account.email, password }))).status === 200
    return { ...subject, account, requestToken, reset, canSignIn }
  }

  it('T01 sends tokens of at least 128 random bits and stores none', async () => {
    const { requestToken, dump, createAccount, send, requestReset, mailedToken } = await setUp()
    const tokens = [await requestToken()]
    for (let index = 0; index < 4; index++) {
      const { email } = await createAccount()
      await send(requestReset(email))
      tokens.push(await mailedToken(email, 'resetPassword'))
    }
    expect(new Set(tokens).size).toBe(5)
    const stored = await dump()
    for (const token of tokens) {
      const bytes = Buffer.from(token, /^[0-9a-f]+$/.test(token) ? 'hex' : 'base64url')
      expect(bytes.length).toBeGreaterThanOrEqual(16)
      for (const text of [
        token,
        bytes.toString('hex'),
        bytes.toString('base64url'),
        bytes.toString('base64'),
      ])
        expect(stored).not.toContain(text)
    }
  })

  it('T02 accepts only one of 50 concurrent resets with one token', async () => {
    const { requestToken, reset, canSignIn, adapter } = await setUp()
    // Verify the email first, because the verification would also reject a second reset.
    await reset(await requestToken(), 'the first phrase')
    const token = await requestToken()
    const passwords = times(50, (index) => `one of fifty phrases, ${index}`)
    const responses = await Promise.all(passwords.map((password) => reset(token, password)))
    const won = passwords.filter((_, index) => isSuccess(responses[index]?.status ?? 0))
    expect(won).toHaveLength(1)
    expect(await canSignIn(won[0] ?? '')).toBe(true)
    for (const lost of passwords.filter((password) => password !== won[0]).slice(0, 3))
      expect(await canSignIn(lost)).toBe(false)
    expect(adapter.statuses.badMailToken).toContain((await reset(token, 'once more, with feeling')).status)
  })

  it('T03 accepts reset tokens exactly as long as documented', async () => {
    const { requestToken, reset, advance, canSignIn, adapter } = await setUp()
    const life = adapter.mailTokenSeconds?.reset ?? 0
    const inTime = await requestToken()
    await advance(life - toleranceSeconds)
    expect((await reset(inTime, 'a phrase in time')).status).toSatisfy(isSuccess)
    const tooLate = await requestToken()
    await advance(life + 1)
    expect(adapter.statuses.badMailToken).toContain((await reset(tooLate, 'a phrase too late')).status)
    expect(await canSignIn('a phrase in time')).toBe(true)
  })

  it('T04 accepts only the newest reset token', async () => {
    const { requestToken, reset, canSignIn, adapter } = await setUp()
    const older = await requestToken()
    const newer = await requestToken()
    expect(adapter.statuses.badMailToken).toContain((await reset(older, 'by the older token')).status)
    expect((await reset(newer, 'by the newer token')).status).toSatisfy(isSuccess)
    expect(await canSignIn('by the newer token')).toBe(true)
    expect(await canSignIn('by the older token')).toBe(false)
  })

  it('T04 rejects a token for another user, or after the email has changed', async () => {
    const { requestToken, reset, canSignIn, account, store, createAccount, send, confirmReset, adapter } =
      await setUp()
    const other = await createAccount()
    const token = await requestToken()
    if ('email' in (confirmReset({ email: '', token, password: '' }).body as object)) {
      const swapped = await send(confirmReset({ email: other.email, token, password: 'for another user' }))
      expect(adapter.statuses.badMailToken).toContain(swapped.status)
      expect((await send(adapter.signIn(other))).status).toBe(adapter.statuses.signedIn)
    }
    const next = 'moved@example.net'
    await store.write([update('users', { email: account.email }, { email: next })])
    expect(adapter.statuses.badMailToken).toContain((await reset(token, 'by the former email')).status)
    const named = await send(confirmReset({ email: next, token, password: 'by the former email' }))
    expect(adapter.statuses.badMailToken).toContain(named.status)
    expect(await canSignIn('by the former email')).toBe(false)
    const moved = await send(adapter.signIn({ email: next, password: account.password }))
    expect(moved.status).toBe(adapter.statuses.signedIn)
  })

  it('T06 ends all sessions at a reset, does not sign in, and notifies the owner', async () => {
    const subject = await setUp()
    const { requestToken, reset, account, signInAs, isAuthenticated, mailsTo } = subject
    // The first reset verifies the email, which revokes more than later resets do.
    await reset(await requestToken(), 'the first phrase')
    const again = () => signInAs({ email: account.email, password: 'the first phrase' })
    const sessions = [account, await again(), await again(), await again()]
    const response = await reset(await requestToken(), 'a phrase of the owner')
    expect(response.status).toSatisfy(isSuccess)
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(response.text).not.toMatch(/token/i)
    for (const { access } of sessions) expect(await isAuthenticated(access)).toBe(false)
    const kinds = (await mailsTo(account.email)).map(({ kind }) => kind)
    expect(kinds.at(-1)).toBe('passwordChanged')
    expect(JSON.stringify((await mailsTo(account.email)).at(-1))).not.toContain('a phrase of the owner')
  })

  it('A05 allows a reset of a locked account and unlocks it', async () => {
    const { requestToken, reset, account, send, signIn, settings } = await setUp()
    await settings({ rateLimits: true })
    const seen = await Promise.all(
      times(30, (index) => send(signIn({ email: account.email, password: 'wrong' }), `198.51.100.${index}`)),
    )
    expect(seen.some(({ status }) => status === 429)).toBe(true)
    expect((await reset(await requestToken(), 'a phrase of the owner')).status).toSatisfy(isSuccess)
    const fresh = await send(
      signIn({ email: account.email, password: 'a phrase of the owner' }),
      '203.0.113.7',
    )
    expect(fresh.status).toBe(200)
  })
})

describe.each(casesWith('changePassword', 'requestReset', 'confirmReset'))('$name', (testCase) => {
  it('T04 rejects reset tokens after a password change', async () => {
    const {
      send,
      createAccount,
      requestReset,
      mailedToken,
      changePassword,
      confirmReset,
      signInAs,
      statuses,
    } = await openTestServer(testCase)
    const { email, access, password } = await createAccount()
    await send(requestReset(email))
    const token = await mailedToken(email, 'resetPassword')
    const next = 'a phrase of the owner'
    expect((await send(changePassword(access, { current: password, next }))).status).toSatisfy(isSuccess)
    const { status } = await send(confirmReset({ email, token, password: 'by an old mail' }))
    expect(statuses.badMailToken).toContain(status)
    await signInAs({ email, password: next })
  })
})

describe.each(casesWith('verify'))('$name', (testCase) => {
  /** Signs up a user who has received a verification mail. */
  async function setUp() {
    const subject = await openTestServer(testCase)
    const { send, sendVerification, mailedToken, signUp } = subject
    const person = { email: 'newcomer@example.net', password: 'a long enough phrase', name: 'Newcomer' }
    await send(signUp(person))
    if (sendVerification) await send(sendVerification(person.email))
    return { ...subject, ...person, token: await mailedToken(person.email, 'verifyEmail') }
  }
  const isVerified = async ({ store, email }: Awaited<ReturnType<typeof setUp>>) =>
    (await store.find('users', { email }))?.emailVerifiedAt != null

  it('T03 accepts verification tokens exactly as long as documented', async () => {
    const life = testCase.adapter.mailTokenSeconds?.verification ?? 0
    const inTime = await setUp()
    await inTime.advance(life - toleranceSeconds)
    expect((await inTime.send(inTime.verify(inTime))).status).toSatisfy(isSuccess)
    expect(await isVerified(inTime)).toBe(true)
    const tooLate = await setUp()
    await tooLate.advance(life + 1)
    expect([400, 401]).toContain((await tooLate.send(tooLate.verify(tooLate))).status)
    expect(await isVerified(tooLate)).toBe(false)
  })

  it('T04 rejects a verification token after the email has changed', async () => {
    const subject = await setUp()
    const { email, token, store, send, verify } = subject
    const next = 'moved@example.net'
    await store.write([update('users', { email }, { email: next })])
    for (const named of [email, next])
      expect([400, 401, 404]).toContain((await send(verify({ email: named, token }))).status)
    expect(await isVerified({ ...subject, email: next })).toBe(false)
  })
})

describe.each(casesWith('verify', 'sendVerification', 'requestReset', 'confirmReset'))(
  '$name',
  (testCase) => {
    it('T04 rejects tokens for another purpose and superseded tokens', async () => {
      const subject = await openTestServer(testCase)
      const { send, confirmReset, verify, mailedToken, requestReset, sendVerification, statuses } = subject
      const { email } = await subject.createAccount()
      await send(sendVerification(email))
      await send(requestReset(email))
      const verification = await mailedToken(email, 'verifyEmail')
      const reset = await mailedToken(email, 'resetPassword')
      const responses = [
        await send(confirmReset({ email, token: verification, password: 'by the wrong token' })),
        await send(verify({ email, token: reset })),
      ]
      for (const { status } of responses) expect([400, ...statuses.badMailToken]).toContain(status)
      await send(sendVerification(email))
      expect([400, 401]).toContain((await send(verify({ email, token: verification }))).status)
      const newest = await mailedToken(email, 'verifyEmail')
      expect(countStatuses([await send(verify({ email, token: newest }))])).toEqual({ 200: 1 })
    })
  },
)
