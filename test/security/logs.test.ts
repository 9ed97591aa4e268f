import { describe, expect, it } from 'vitest'
import type { Adapter, PlainRequest } from '../../src/conformance/variants/adapter.ts'
import { type Case, casesWith, openTestServer } from './test-server.ts'

describe.each(casesWith())('$name', (testCase) => {
  it('L01 writes no secrets to the log', async () => {
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
      await subject.send(subject.confirmReset({ email: account.email, token, password: 'canary number two' }))
      secrets.push(token, 'canary number two')
    }
    for (const { tokens } of await subject.mailsTo(account.email)) secrets.push(...tokens)
    const log = JSON.stringify(subject.lines)
    for (const secret of secrets) expect(log).not.toContain(secret)
    expect(subject.lines.length).toBeGreaterThan(5)
  })

  it('L01 returns only the request id after an internal error', async () => {
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

/** Opens a server, and returns a function that checks the audit log of a request. */
async function setUp<D extends Adapter>(testCase: Case<D>) {
  const subject = await openTestServer(testCase)
  const idOf = async ({ email }: { email: string }) =>
    (await subject.store.find('users', { email }))?.id ?? null
  /**
   * Sends a request and expects exactly one event in the audit log.
   * @param event the name of the event
   * @param userId the user of the event
   */
  async function expectAuditEvent(
    sent: PlainRequest,
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
  return { ...subject, idOf, expectAuditEvent }
}

const newUser = { email: 'new@example.net', password: 'a new passphrase', name: 'New User' }

describe.each(casesWith())('$name', (testCase) => {
  it('L02 records each successful and failed sign-up and sign-in once', async () => {
    const { expectAuditEvent, idOf, signUp, signIn, createAccount } = await setUp(testCase)
    const account = await createAccount()
    const userId = await idOf(account)
    await expectAuditEvent(signUp(newUser), 'signUp', 'succeeded', expect.any(String))
    await expectAuditEvent(signUp(account), 'signUp', 'refused', null)
    await expectAuditEvent(
      signUp({ ...newUser, email: 'other@example.net', password: 'qwertyuiop' }),
      'signUp',
      'refused',
      null,
    )
    await expectAuditEvent(signIn(account), 'signIn', 'succeeded', userId)
    await expectAuditEvent(signIn({ ...account, password: 'not the right one' }), 'signIn', 'refused', userId)
    await expectAuditEvent(signIn({ ...account, email: 'unknown@example.net' }), 'signIn', 'refused', null)
  })
})

describe.each(casesWith('signOut'))('$name', (testCase) => {
  it('L02 records each sign-out once', async () => {
    const { expectAuditEvent, idOf, signOut, createAccount } = await setUp(testCase)
    const account = await createAccount()
    await expectAuditEvent(signOut(account), 'signOut', 'succeeded', await idOf(account))
  })
})

describe.each(casesWith('refresh'))('$name', (testCase) => {
  it('L02 records each refresh once, and the reuse of a token in addition', async () => {
    const { expectAuditEvent, idOf, refresh, createAccount, advance, send, events } = await setUp(testCase)
    const account = await createAccount()
    const userId = await idOf(account)
    const token = account.refresh ?? ''
    await expectAuditEvent(refresh(token), 'refresh', 'succeeded', userId)
    await expectAuditEvent(refresh('no.such.token'), 'refresh', 'refused', null)
    await advance(11)
    const before = events('refresh').length
    const { headers } = await send(refresh(token))
    const requestId = headers.get('x-request-id')
    expect(events('refresh').slice(before)).toMatchObject([{ outcome: 'refused', requestId }])
    expect(events('refreshTokenReuse')).toMatchObject([{ outcome: 'refused', userId, requestId }])
  })
})

describe.each(casesWith('changePassword'))('$name', (testCase) => {
  it('L02 records each successful and failed password change once', async () => {
    const { expectAuditEvent, idOf, changePassword, createAccount } = await setUp(testCase)
    const account = await createAccount()
    const { access, password: current } = account
    const userId = await idOf(account)
    const next = 'another phrase altogether'
    const wrong = changePassword(access, { current: 'not the right one', next })
    await expectAuditEvent(wrong, 'passwordChange', 'refused', userId)
    await expectAuditEvent(changePassword(access, { current, next }), 'passwordChange', 'succeeded', userId)
  })
})

describe.each(casesWith('requestReset', 'confirmReset'))('$name', (testCase) => {
  it('L02 records each reset request and each successful and failed reset once', async () => {
    const { expectAuditEvent, idOf, requestReset, confirmReset, mailedToken, createAccount } =
      await setUp(testCase)
    const account = await createAccount()
    const { email } = account
    const userId = await idOf(account)
    const password = 'another phrase altogether'
    await expectAuditEvent(requestReset(email), 'passwordResetRequest', 'succeeded', userId)
    await expectAuditEvent(requestReset('unknown@example.net'), 'passwordResetRequest', 'succeeded', null)
    const token = await mailedToken(email, 'resetPassword')
    await expectAuditEvent(
      confirmReset({ email, token: 'x'.repeat(43), password }),
      'passwordReset',
      'refused',
      null,
    )
    await expectAuditEvent(confirmReset({ email, token, password }), 'passwordReset', 'succeeded', userId)
    await expectAuditEvent(confirmReset({ email, token, password }), 'passwordReset', 'refused', null)
  })
})

describe.each(casesWith('verify'))('$name', (testCase) => {
  it('L02 records each successful and failed verification once', async () => {
    const { expectAuditEvent, idOf, send, signUp, verify, sendVerification, mailedToken } =
      await setUp(testCase)
    await send(signUp(newUser))
    const { email } = newUser
    const userId = await idOf(newUser)
    if (sendVerification)
      await expectAuditEvent(sendVerification(email), 'verificationRequest', 'succeeded', userId)
    const token = await mailedToken(email, 'verifyEmail')
    await expectAuditEvent(verify({ email, token: 'x'.repeat(43) }), 'verification', 'refused', null)
    await expectAuditEvent(verify({ email, token }), 'verification', 'succeeded', userId)
  })
})

describe.each(casesWith('profile'))('$name', (testCase) => {
  it('L02 records each profile change once, with the acting user', async () => {
    const { expectAuditEvent, idOf, profile, createAccount } = await setUp(testCase)
    const [account, other] = [await createAccount(), await createAccount()]
    const [userId, otherId] = [await idOf(account), await idOf(other)]
    const change = { name: 'Another Name' }
    await expectAuditEvent(
      profile.update(account.access, userId ?? '', change),
      'profileChange',
      'succeeded',
      userId,
    )
    await expectAuditEvent(
      profile.update(account.access, otherId ?? '', change),
      'profileChange',
      'refused',
      userId,
    )
  })
})
