import { describe, expect, it } from 'vitest'
import type { Dialect, RequestData } from './dialect.ts'
import { type Case, casesWith, openTestServer } from './test-server.ts'

describe.each(casesWith())('$name', (testCase) => {
  it('L01 writes no secret to the log, and none into an answer to a fault', async () => {
    const subject = await openTestServer(testCase, { limits: true })
    const account = await subject.createAccount({ password: 'canary in a coal mine' })
    const secrets = [account.password, account.access, account.access.split('.').at(-1) ?? '']
    if (account.refresh) secrets.push(account.refresh)
    await subject.send(subject.getCurrentUser(account.access))
    await subject.send(subject.signIn({ email: account.email, password: 'canary wrong' }))
    await subject.send({
      ...subject.signIn(account),
      path: `${subject.signIn(account).path}?token=canary-in-query`,
    })
    secrets.push('canary wrong', 'canary-in-query')
    if (subject.requestReset && subject.confirmReset) {
      await subject.send(subject.requestReset(account.email))
      const token = await subject.mailedToken(account.email, 'resetPassword')
      await subject.send(subject.confirmReset({ email: account.email, token, password: 'canary the second' }))
      secrets.push(token, 'canary the second')
    }
    for (const { tokens } of await subject.mailsTo(account.email)) secrets.push(...tokens)
    const log = JSON.stringify(subject.lines)
    for (const secret of secrets) expect(log).not.toContain(secret)
    expect(subject.lines.length).toBeGreaterThan(5)
  })

  it('L01 answers a fault with nothing but its id', async () => {
    const subject = await openTestServer(testCase)
    const store = { ...subject.store }
    const broken = await openTestServer({
      ...testCase,
      engine: async () =>
        ({
          ...store,
          close: async () => {},
          find: async (...about: Parameters<typeof store.find>) => {
            if (isBroken) throw new TypeError('canary: column "secret_column" of /var/lib/auth.db')
            return store.find(...about)
          },
        }) as typeof store,
    })
    let isBroken = false
    const account = await broken.createAccount()
    isBroken = true
    const response = await broken.send(broken.getCurrentUser(account.access))
    isBroken = false
    expect(response.status).toBe(500)
    expect(response.text).not.toMatch(/canary|secret_column|auth\.db|TypeError/)
    const id = response.headers.get('x-request-id')
    expect(id).toMatch(/^req_/)
    const faults = broken.lines.filter(({ level }) => level === 'error')
    expect(faults.map(({ requestId }) => requestId)).toEqual([id])
  })
})

/** A server, and a look at what it records about a request. */
async function watched<D extends Dialect>(testCase: Case<D>) {
  const subject = await openTestServer(testCase)
  const idOf = async ({ email }: { email: string }) =>
    (await subject.store.find('users', { email }))?.id ?? null
  /**
   * @param event how the one event has to be named
   * @param userId whom it has to concern
   */
  async function expectEvent(
    sent: RequestData,
    event: string,
    outcome: 'succeeded' | 'refused',
    userId: unknown,
  ) {
    const { headers, status } = await subject.send(sent, '198.51.100.7')
    const requestId = headers.get('x-request-id')
    const recorded = subject.lines.filter((line) => line.message === 'audit' && line.requestId === requestId)
    expect([status, recorded]).toEqual([
      status,
      [
        expect.objectContaining({
          event,
          outcome,
          reason: outcome === 'refused' ? expect.any(String) : null,
          userId,
          address: '198.51.100.7',
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        }),
      ],
    ])
  }
  return { ...subject, idOf, expectEvent }
}

const stranger = { email: 'stranger@example.net', password: 'a phrase of nobody', name: 'Stranger' }

describe.each(casesWith())('$name', (testCase) => {
  it('L02 records each sign-up and sign-in once, good or bad', async () => {
    const { expectEvent, idOf, signUp, signIn, createAccount } = await watched(testCase)
    const account = await createAccount()
    const userId = await idOf(account)
    await expectEvent(signUp(stranger), 'signUp', 'succeeded', expect.any(String))
    await expectEvent(signUp(account), 'signUp', 'refused', null)
    await expectEvent(
      signUp({ ...stranger, email: 'other@example.net', password: 'qwertyuiop' }),
      'signUp',
      'refused',
      null,
    )
    await expectEvent(signIn(account), 'signIn', 'succeeded', userId)
    await expectEvent(signIn({ ...account, password: 'not the right one' }), 'signIn', 'refused', userId)
    await expectEvent(signIn({ ...account, email: 'nobody@example.net' }), 'signIn', 'refused', null)
  })
})

describe.each(casesWith('signOut'))('$name', (testCase) => {
  it('L02 records each sign-out once', async () => {
    const { expectEvent, idOf, signOut, createAccount } = await watched(testCase)
    const account = await createAccount()
    await expectEvent(signOut(account), 'signOut', 'succeeded', await idOf(account))
  })
})

describe.each(casesWith('refresh'))('$name', (testCase) => {
  it('L02 records each refresh once, good or bad, and a theft besides', async () => {
    const { expectEvent, idOf, refresh, createAccount, advance, send, events } = await watched(testCase)
    const account = await createAccount()
    const userId = await idOf(account)
    const token = account.refresh ?? ''
    await expectEvent(refresh(token), 'refresh', 'succeeded', userId)
    await expectEvent(refresh('no.such.token'), 'refresh', 'refused', null)
    await advance(11)
    const before = events('refresh').length
    const { headers } = await send(refresh(token))
    const requestId = headers.get('x-request-id')
    expect(events('refresh').slice(before)).toMatchObject([{ outcome: 'refused', requestId }])
    expect(events('refreshTokenReuse')).toMatchObject([{ outcome: 'refused', userId, requestId }])
  })
})

describe.each(casesWith('changePassword'))('$name', (testCase) => {
  it('L02 records each change of a password once, good or bad', async () => {
    const { expectEvent, idOf, changePassword, createAccount } = await watched(testCase)
    const account = await createAccount()
    const { access, password: current } = account
    const userId = await idOf(account)
    const next = 'another phrase altogether'
    const wrong = changePassword(access, { current: 'not the right one', next })
    await expectEvent(wrong, 'passwordChange', 'refused', userId)
    await expectEvent(changePassword(access, { current, next }), 'passwordChange', 'succeeded', userId)
  })
})

describe.each(casesWith('requestReset', 'confirmReset'))('$name', (testCase) => {
  it('L02 records each reset of a password once, asked for or done, good or bad', async () => {
    const { expectEvent, idOf, requestReset, confirmReset, mailedToken, createAccount } =
      await watched(testCase)
    const account = await createAccount()
    const { email } = account
    const userId = await idOf(account)
    const password = 'another phrase altogether'
    await expectEvent(requestReset(email), 'passwordResetRequest', 'succeeded', userId)
    await expectEvent(requestReset('nobody@example.net'), 'passwordResetRequest', 'succeeded', null)
    const token = await mailedToken(email, 'resetPassword')
    await expectEvent(
      confirmReset({ email, token: 'x'.repeat(43), password }),
      'passwordReset',
      'refused',
      null,
    )
    await expectEvent(confirmReset({ email, token, password }), 'passwordReset', 'succeeded', userId)
    await expectEvent(confirmReset({ email, token, password }), 'passwordReset', 'refused', null)
  })
})

describe.each(casesWith('verify'))('$name', (testCase) => {
  it('L02 records each verification once, good or bad', async () => {
    const { expectEvent, idOf, send, signUp, verify, sendVerification, mailedToken } = await watched(testCase)
    await send(signUp(stranger))
    const { email } = stranger
    const userId = await idOf(stranger)
    if (sendVerification)
      await expectEvent(sendVerification(email), 'verificationRequest', 'succeeded', userId)
    const token = await mailedToken(email, 'verifyEmail')
    await expectEvent(verify({ email, token: 'x'.repeat(43) }), 'verification', 'refused', null)
    await expectEvent(verify({ email, token }), 'verification', 'succeeded', userId)
  })
})

describe.each(casesWith('updateProfile'))('$name', (testCase) => {
  it('L02 records each change of a profile once, and whose it would have been', async () => {
    const { expectEvent, idOf, updateProfile, createAccount } = await watched(testCase)
    const [account, other] = [await createAccount(), await createAccount()]
    const [userId, otherId] = [await idOf(account), await idOf(other)]
    const change = { name: 'Another Name' }
    await expectEvent(
      updateProfile(account.access, userId ?? '', change),
      'profileChange',
      'succeeded',
      userId,
    )
    await expectEvent(
      updateProfile(account.access, otherId ?? '', change),
      'profileChange',
      'refused',
      userId,
    )
  })
})
