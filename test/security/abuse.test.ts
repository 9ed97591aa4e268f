import { describe, expect, it } from 'vitest'
import type { Person, RequestData } from './dialect.ts'
import { casesWith, countStatuses, openTestServer, times } from './test-server.ts'

describe.each(casesWith())('$name', (testCase) => {
  const wrong = async (setting: Parameters<typeof openTestServer>[1] = {}) => {
    const subject = await openTestServer(testCase, { limits: true, ...setting })
    const { email } = subject.seeded.withPassword
    const guess = (address: string, headers: Record<string, string> = {}) => {
      const sent = subject.signIn({ email, password: 'a wrong guess' })
      return subject.send({ ...sent, headers: { ...sent.headers, ...headers } }, address)
    }
    return { ...subject, guess }
  }

  it('A01 stops guesses at one account, wherever they come from', async () => {
    const { guess } = await wrong()
    const statuses: number[] = []
    for (let index = 0; index < 30; index++) statuses.push((await guess(`198.51.100.${index}`)).status)
    expect(statuses.indexOf(429)).toBeGreaterThan(0)
    expect(statuses.indexOf(429)).toBeLessThanOrEqual(10)
    expect(statuses.at(-1)).toBe(429)
  })

  it('A05 lets nobody be locked out by strangers where they were signed in before', async () => {
    const subject = await openTestServer(testCase, { limits: true })
    const owner = await subject.createAccount()
    const from = async (address: string, password = owner.password) =>
      (await subject.send(subject.signIn({ ...owner, password }), address)).status
    // Also an hour after the last session has ended.
    await subject.advance(3_601)
    for (let index = 0; index < 12; index++) await from(`198.51.100.${index}`, 'a wrong guess')
    expect(await from('198.51.100.99')).toBe(429)
    expect(await from('192.0.2.1')).toBe(subject.statuses.signedIn)
    // Whoever sits at the same place has no more guesses than anybody else.
    const guesses: number[] = []
    for (let index = 0; index < 12; index++) guesses.push(await from('192.0.2.1', 'a wrong guess'))
    expect(guesses.indexOf(429)).toBeGreaterThan(0)
    expect(guesses.indexOf(429)).toBeLessThanOrEqual(10)
  })

  it('A02 believes no header about where a request comes from', async () => {
    const { guess, settings } = await wrong()
    // What is left counts by address alone.
    await settings({ limits: { failuresByAccount: null } })
    const statuses: number[] = []
    for (let index = 0; index < 65; index++) {
      const claimed = `203.0.113.${index}`
      const { status } = await guess('198.51.100.1', {
        'x-forwarded-for': claimed,
        forwarded: `for=${claimed}`,
        'x-real-ip': claimed,
        'cf-connecting-ip': claimed,
        'true-client-ip': claimed,
      })
      statuses.push(status)
    }
    expect(statuses.at(-1)).toBe(429)
  })

  it('A02 believes a proxy that is configured, and of what it forwards only the last part', async () => {
    const { guess, settings } = await wrong({ trustedProxies: ['10.0.0.0/8'] })
    await settings({ limits: { failuresByAccount: null } })
    const through = (chain: string) => guess('10.1.2.3', { 'x-forwarded-for': chain })
    const spread = []
    for (let index = 0; index < 15; index++) spread.push(await through(`203.0.113.${index}`))
    expect(countStatuses(spread)).toEqual({ 401: 15 })
    const forged = []
    for (let index = 0; index < 65; index++) forged.push(await through(`192.0.2.${index}, 198.51.100.9`))
    // What stands further left is whatever the client says.
    expect(forged.at(-1)?.status).toBe(429)
  })

  it('A03 takes the addresses of one IPv6 subscriber, and all spellings of one address, for one', async () => {
    const byAddress = { limits: { failuresByAccount: null } }
    const v6 = await wrong()
    await v6.settings(byAddress)
    const six: number[] = []
    for (let index = 0; index < 65; index++)
      six.push((await v6.guess(`2001:db8:1:2::${index.toString(16)}`)).status)
    expect(six.at(-1)).toBe(429)
    const mapped = await wrong()
    await mapped.settings(byAddress)
    const spellings = ['192.0.2.77', '::ffff:192.0.2.77', '::ffff:c000:24d']
    const seen: number[] = []
    for (let index = 0; index < 65; index++)
      seen.push((await mapped.guess(spellings[index % 3] ?? '')).status)
    expect(seen.at(-1)).toBe(429)
  })

  it('A03 has one limit for a path, however it is written, or does not know it', async () => {
    const { send, signIn, seeded, settings } = await openTestServer(testCase, { limits: true })
    const sent = signIn({ ...seeded.withPassword, password: 'a wrong guess' })
    await settings({ limits: { failuresByAccount: { max: 0, windowSeconds: 60 } } })
    expect((await send(sent)).status).toBe(429)
    const last = sent.path.at(-1) ?? ''
    const written = [
      `/${sent.path}`,
      `${sent.path}/`,
      `${sent.path.slice(0, -1)}%${last.charCodeAt(0).toString(16)}`,
      sent.path.toUpperCase(),
    ]
    for (const path of written) expect([404, 405, 429]).toContain((await send({ ...sent, path })).status)
  })

  it('A04 lets exactly as many through as the limit says, however many come at once', async () => {
    const { guess, settings } = await wrong()
    await settings({ limits: { failuresByAccount: { max: 5, windowSeconds: 60 } } })
    const responses = await Promise.all(times(100, () => guess('198.51.100.1')))
    const refused = responses.filter(({ status }) => status === 429)
    expect(responses.length - refused.length).toBeLessThanOrEqual(5)
    expect(responses.length - refused.length).toBeGreaterThan(0)
    for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  })
})

describe.each(casesWith('requestReset'))('$name', (testCase) => {
  it('A06 floods no mailbox, wherever the requests come from', async () => {
    const { send, requestReset, seeded, mailsTo, advance } = await openTestServer(testCase, { limits: true })
    const { email } = seeded.withPassword
    const before = (await mailsTo(email)).length
    for (let index = 0; index < 50; index++) {
      const { status } = await send(requestReset(email), `198.51.100.${index}`)
      expect([200, 429]).toContain(status)
      await advance(61)
    }
    expect((await mailsTo(email)).length - before).toBeLessThanOrEqual(6)
  })
})

describe.each(casesWith().filter(({ dialect }) => dialect.mailTokenSeconds))('$name', (testCase) => {
  it('A06 mails no more in all than the operator wants, and tells nobody that it stopped', async () => {
    const max = 3
    const subject = await openTestServer(testCase, { limits: true })
    const { send, signUp, signIn, sendVerification, requestReset, verify, statuses, control } = subject
    await subject.settings({ limits: { mailsInTotal: { max, windowSeconds: 3600 } } })
    const sent = async () => (await control<{ mails: { kind: string }[] }>('inbox')).mails.length
    const before = await sent()

    const people = times(10, (index) => ({
      email: `stranger${index}@example.net`,
      password: `a long enough phrase ${index}`,
      name: 'Stranger',
    }))
    const statusesOf = async (ask: (person: Person) => RequestData) => {
      const responses: number[] = []
      for (const [index, person] of people.entries()) {
        responses.push((await send(ask(person), `198.51.100.${index}`)).status)
      }
      return [...new Set(responses)]
    }
    expect(await statusesOf(signUp)).toEqual([statuses.signedUp])
    if (requestReset) expect(await statusesOf(({ email }) => requestReset(email))).toEqual([200])
    if (sendVerification) expect(await statusesOf(({ email }) => sendVerification(email))).toEqual([200])
    expect((await sent()) - before).toBe(max)

    await subject.advance(3601)
    const last = people.at(-1) as Person
    if (testCase.dialect.requiresVerification && verify) {
      // Their first mail never went out, so an attempt to sign in brings another.
      expect((await send(signIn(last))).status).toBe(403)
      await send(verify({ ...last, token: await subject.mailedToken(last.email, 'verifyEmail') }))
      await subject.signInAs(last)
    } else if (requestReset) {
      await send(requestReset(last.email))
      await subject.mailedToken(last.email, 'resetPassword')
    }
  })
})
