import { describe, expect, it } from 'vitest'
import { createHasher } from '../../src/adapters/hasher.ts'
import { casesWith, countStatuses, isSuccess, openTestServer, times } from './test-server.ts'

const inNfd = 'cafe\u0301 au lait, s\u2019il vous pla\u0302it'
const emoji = [...'🎹🎻🥁🎺🎷🪕🎸🪗'].join('')

describe.each(casesWith())('$name', (testCase) => {
  const signUpStatus = async (
    subject: Awaited<ReturnType<typeof openTestServer>>,
    password: string,
    email = 'p@example.net',
  ) => (await subject.send(subject.signUp({ email, password, name: 'Passphrase' }))).status

  it('P01 counts code points, accepts spaces and emoji, and requires no character classes', async () => {
    const subject = await openTestServer(testCase)
    const { signedUp, rejectedValue } = subject.statuses
    expect(await signUpStatus(subject, 'seven 7')).toBe(rejectedValue)
    expect(await signUpStatus(subject, '🎹🎻🥁🎺🎷🪕🎸')).not.toBe(signedUp)
    const accepted = [
      `${'x'.repeat(20)}Z`,
      emoji,
      'all the  spaces  of a long passphrase, sixty-four letters or so',
      ' lead and trail ',
    ]
    for (const [index, password] of accepted.entries())
      expect([password, await signUpStatus(subject, password, `p${index}@example.net`)]).toEqual([
        password,
        signedUp,
      ])
  })

  it('P02 compares the whole password and hashes no password over the limit', async () => {
    const hasher = createHasher({ memoryKiB: 8, passes: 1 })
    let hashed = 0
    const counting = {
      ...hasher,
      hash: (...about: Parameters<typeof hasher.hash>) => {
        hashed++
        return hasher.hash(...about)
      },
      verify: (...about: Parameters<typeof hasher.verify>) => {
        hashed++
        return hasher.verify(...about)
      },
    }
    const subject = await openTestServer(testCase, { hasher: counting })
    const { send, signIn } = subject
    const password = `${'long '.repeat(20)}`
    const { email } = await subject.createAccount({ password })
    expect((await send(signIn({ email, password: `${password.slice(0, 99)}!` }))).status).toBe(401)
    expect((await send(signIn({ email, password: password.slice(0, 72) }))).status).toBe(401)
    hashed = 0
    const huge = await send(signIn({ email, password: 'x'.repeat(1_000_000) }))
    expect(huge.status).toBe(413)
    const long = await send(signIn({ email, password: 'x'.repeat(60_000) }))
    expect([400, 401, 422]).toContain(long.status)
    expect(await signUpStatus(subject, 'x'.repeat(129))).not.toBe(subject.statuses.signedUp)
    // At most one hash, against the dummy hash of a failed sign-in.
    expect(hashed).toBeLessThanOrEqual(1)
  })

  it('P03 stores salted argon2id hashes and renews them at sign-in after the parameters have increased', async () => {
    const weak = createHasher({ memoryKiB: 8, passes: 1 })
    const first = await openTestServer(testCase, { hasher: weak })
    const account = await first.createAccount()
    const other = await first.createAccount({ password: account.password })
    const hashOf = async (email: string) =>
      (await first.store.find('users', { email }))?.passwordHash ?? 'none'
    expect(await hashOf(account.email)).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/)
    expect(await hashOf(account.email)).not.toBe(await hashOf(other.email))

    const strong = await openTestServer(
      { ...testCase, engine: async () => ({ ...first.store, close: async () => {} }) },
      { hasher: createHasher({ threads: 2 }) },
    )
    await strong.signInAs(account)
    const renewed = await hashOf(account.email)
    const [, memory, passes, lanes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(renewed) ?? []
    expect(Number(memory)).toBeGreaterThanOrEqual(19_456)
    expect([Number(passes), Number(lanes)]).toEqual([2, 1])
    await strong.signInAs(account)
  })

  it('P04 accepts any Unicode normalization of a password and rejects NUL and lone surrogates', async () => {
    const subject = await openTestServer(testCase)
    const { send, signIn, signUp, statuses } = subject
    const { email } = await subject.createAccount({ password: inNfd.normalize('NFD') })
    expect((await send(signIn({ email, password: inNfd.normalize('NFC') }))).status).toBe(statuses.signedIn)
    const person = { email: 'nul@example.net', password: 'a fine passphrase', name: 'Nul' }
    const responses = [
      // A lone surrogate can only be sent escaped; every one of them would be read as the same replacement
      // character.
      await send({
        ...signUp(person),
        body: JSON.stringify(signUp({ ...person, password: 'lonely half' }).body).replace(
          'lonely half',
          'lonely \\ud800 half',
        ),
      }),
      await send(signUp({ ...person, name: 'Nu\0l' })),
      await send(signUp({ ...person, email: 'nu\0l@example.net' })),
      await send(signUp({ ...person, password: 'a fine\0 passphrase' })),
    ]
    expect(countStatuses(responses)).toEqual({ [statuses.rejectedValue]: 4 })
  })

  it('P05 rejects common passwords at sign-up', async () => {
    const subject = await openTestServer(testCase)
    for (const password of ['password123', 'qwertyuiop', '1234567890', 'PASSWORD123'])
      expect([password, await signUpStatus(subject, password)]).not.toEqual([
        password,
        subject.statuses.signedUp,
      ])
    expect(await signUpStatus(subject, 'an uncommon passphrase')).toBe(subject.statuses.signedUp)
  })

  it.each([
    ['a list', 'a@x.io,b@y.io'],
    ['a full-width @', 'a\uff20b.io'],
    ['a quoted @', '"a@evil.io x"@b.io'],
    ['another header', 'a@b.io\r\nBcc: c@d.io'],
    ['a display name', 'A <a@b.io>'],
    ['a space', 'a b@c.io'],
  ])('P06 rejects an email with %s', async (_, email) => {
    const subject = await openTestServer(testCase)
    const response = await subject.send(
      subject.signUp({ email, password: 'a fine passphrase', name: 'Mallory' }),
    )
    expect(response.status).toBe(subject.statuses.rejectedValue)
    expect(await subject.mailsTo(email)).toEqual([])
  })

  it('P06 treats all spellings of an email as one', async () => {
    const subject = await openTestServer(testCase)
    const person = { password: 'a fine passphrase', name: 'One' }
    const spellings = ['mixed@example.net', 'MIXED@example.net', 'Mixed@Example.NET']
    const responses = []
    for (const email of spellings) responses.push(await subject.send(subject.signUp({ ...person, email })))
    expect(responses.map(({ status }) => status)).toEqual([
      subject.statuses.signedUp,
      subject.statuses.taken,
      subject.statuses.taken,
    ])
  })

  it('D03 creates one account for 50 concurrent sign-ups', async () => {
    const { send, signUp, statuses } = await openTestServer(testCase)
    const spellings = ['race@example.net', 'RACE@example.net', 'Race@Example.net']
    const responses = await Promise.all(
      times(50, (index) =>
        send(signUp({ email: spellings[index % 3] ?? '', password: 'a fine passphrase', name: 'Racer' })),
      ),
    )
    expect(countStatuses(responses)).toEqual({ [statuses.signedUp]: 1, [statuses.taken]: 49 })
  })
})

describe.each(casesWith('requestReset', 'confirmReset'))('$name', (testCase) => {
  it('P05 rejects common passwords at reset and change', async () => {
    const subject = await openTestServer(testCase)
    const { send, requestReset, confirmReset, changePassword, mailedToken, signInAs } = subject
    const account = await subject.createAccount()
    const { email, access } = account
    await send(requestReset(email))
    const token = await mailedToken(email, 'resetPassword')
    for (const password of ['password123', 'QWERTYUIOP']) {
      const attempts = [
        confirmReset({ email, token, password }),
        changePassword?.(access, { current: account.password, next: password }),
      ]
      for (const attempt of attempts) if (attempt) expect([400, 422]).toContain((await send(attempt)).status)
    }
    await signInAs(account)
    const password = 'an uncommon passphrase'
    expect((await send(confirmReset({ email, token, password }))).status).toSatisfy(isSuccess)
  })
})
