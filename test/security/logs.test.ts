import { describe, expect, it } from 'vitest'
import { everywhere, openSubject } from './subject.ts'

describe.each(everywhere())('$name', (one) => {
  it('L01 writes no secret to the log, and none into an answer to a fault', async () => {
    const subject = await openSubject(one, { limits: true })
    const account = await subject.join({ password: 'canary in a coal mine' })
    const secrets = [account.password, account.access, account.access.split('.').at(-1) ?? '']
    if (account.refresh) secrets.push(account.refresh)
    await subject.send(subject.whoAmI(account.access))
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
    const subject = await openSubject(one)
    const store = { ...subject.store }
    const broken = await openSubject({
      ...one,
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
    const account = await broken.join()
    isBroken = true
    const answer = await broken.send(broken.whoAmI(account.access))
    isBroken = false
    expect(answer.status).toBe(500)
    expect(answer.text).not.toMatch(/canary|secret_column|auth\.db|TypeError/)
    const id = answer.headers.get('x-request-id')
    expect(id).toMatch(/^req_/)
    const faults = broken.lines.filter(({ level }) => level === 'error')
    expect(faults.map(({ requestId }) => requestId)).toEqual([id])
  })

  it('L02 records who tried what, from where, and what came of it', async () => {
    const subject = await openSubject(one)
    const account = await subject.join()
    const user = await subject.store.find('users', { email: account.email })
    const before = subject.events('signIn').length
    await subject.signInAs(account)
    await subject.send(subject.signIn({ email: account.email, password: 'not the right one' }))
    const [good, bad, ...others] = subject.events('signIn').slice(before)
    expect(others).toEqual([])
    expect(good).toMatchObject({
      outcome: 'succeeded',
      userId: user?.id,
      address: '192.0.2.1',
      requestId: expect.any(String),
    })
    expect(bad).toMatchObject({
      outcome: expect.not.stringMatching('succeeded'),
      userId: user?.id,
      address: '192.0.2.1',
    })
    expect(bad?.reason).toBeTruthy()
    expect(new Date(String(good?.at)).toISOString()).toBe(good?.at)
  })
})
