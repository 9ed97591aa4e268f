import { describe, expect, it } from 'vitest'
import type { Person, PlainRequest } from '../../src/conformance/variants/adapter.ts'
import { casesWith, countStatuses, isSuccess, openTestServer, times } from './test-server.ts'

describe.each(casesWith())('$name', (testCase) => {
  const setUpGuessing = async (setting: Parameters<typeof openTestServer>[1] = {}) => {
    const subject = await openTestServer(testCase, { limits: true, ...setting })
    const { email } = subject.seeded.withPassword
    const guess = (ip: string, headers: Record<string, string> = {}) => {
      const sent = subject.signIn({ email, password: 'a wrong guess' })
      return subject.send({ ...sent, headers: { ...sent.headers, ...headers } }, ip)
    }
    return { ...subject, guess }
  }

  it('A01 limits guesses at one account across all IP addresses', async () => {
    const { guess } = await setUpGuessing()
    const statuses: number[] = []
    for (let index = 0; index < 30; index++) statuses.push((await guess(`198.51.100.${index}`)).status)
    expect(statuses.indexOf(429)).toBeGreaterThan(0)
    expect(statuses.indexOf(429)).toBeLessThanOrEqual(10)
    expect(statuses.at(-1)).toBe(429)
  })

  it('A01 limits guesses of one client at many accounts', async () => {
    const { send, signIn, seeded, statuses, advance } = await openTestServer(testCase, { limits: true })
    const spray = async (index: number, ip: string) =>
      (await send(signIn({ email: `user${index}@example.net`, password: 'Spring2026!' }), ip)).status
    const seen: number[] = []
    for (let index = 0; index < 110; index++) {
      seen.push(await spray(index, '198.51.100.1'))
      // Slow enough for the limits of requests.
      await advance(7)
    }
    expect(seen.indexOf(429)).toBe(100)
    expect(seen.at(-1)).toBe(429)
    const right = signIn(seeded.withPassword)
    expect((await send(right, '198.51.100.1')).status).toBe(429)
    expect((await send(right, '198.51.100.2')).status).toBe(statuses.signedIn)
    await advance(900)
    expect((await send(right, '198.51.100.1')).status).toBe(statuses.signedIn)
  })

  it('A05 lets owners sign in from a known network while an attacker has locked the account', async () => {
    const subject = await openTestServer(testCase, { limits: true })
    const owner = await subject.createAccount()
    const signInFrom = async (ip: string, password = owner.password) =>
      (await subject.send(subject.signIn({ ...owner, password }), ip)).status
    // Known networks are remembered beyond the end of the session.
    await subject.advance(3_601)
    for (let index = 0; index < 12; index++) await signInFrom(`198.51.100.${index}`, 'a wrong guess')
    expect(await signInFrom('198.51.100.99')).toBe(429)
    expect(await signInFrom('192.0.2.1')).toBe(subject.statuses.signedIn)
    // The known network has a limited number of guesses as well.
    const guesses: number[] = []
    for (let index = 0; index < 12; index++) guesses.push(await signInFrom('192.0.2.1', 'a wrong guess'))
    expect(guesses.indexOf(429)).toBeGreaterThan(0)
    expect(guesses.indexOf(429)).toBeLessThanOrEqual(10)
  })

  it('A02 ignores IP addresses in the headers of untrusted clients', async () => {
    const { guess, settings } = await setUpGuessing()
    // The remaining limits count per IP address only.
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

  it('A02 trusts a configured proxy, but only the last IP address that it forwards', async () => {
    const { guess, settings } = await setUpGuessing({ trustedProxies: ['10.0.0.0/8'] })
    await settings({ limits: { failuresByAccount: null } })
    const through = (chain: string) => guess('10.1.2.3', { 'x-forwarded-for': chain })
    const fromDifferentClients = []
    for (let index = 0; index < 15; index++) fromDifferentClients.push(await through(`203.0.113.${index}`))
    expect(countStatuses(fromDifferentClients)).toEqual({ 401: 15 })
    const forged = []
    for (let index = 0; index < 65; index++) forged.push(await through(`192.0.2.${index}, 198.51.100.9`))
    // Entries further to the left are chosen by the client.
    expect(forged.at(-1)?.status).toBe(429)
  })

  it('A03 counts an IPv6 /64 and all spellings of an IP address as one client', async () => {
    const perIpOnly = { limits: { failuresByAccount: null } }
    const v6 = await setUpGuessing()
    await v6.settings(perIpOnly)
    const six: number[] = []
    for (let index = 0; index < 65; index++)
      six.push((await v6.guess(`2001:db8:1:2::${index.toString(16)}`)).status)
    expect(six.at(-1)).toBe(429)
    const mapped = await setUpGuessing()
    await mapped.settings(perIpOnly)
    const spellings = ['192.0.2.77', '::ffff:192.0.2.77', '::ffff:c000:24d']
    const seen: number[] = []
    for (let index = 0; index < 65; index++)
      seen.push((await mapped.guess(spellings[index % 3] ?? '')).status)
    expect(seen.at(-1)).toBe(429)
  })

  it('A03 applies the same limit to all spellings of a path, or does not route them', async () => {
    const { send, signIn, seeded, settings } = await openTestServer(testCase, { limits: true })
    const sent = signIn({ ...seeded.withPassword, password: 'a wrong guess' })
    await settings({ limits: { failuresByAccount: { max: 0, windowSeconds: 60 } } })
    expect((await send(sent)).status).toBe(429)
    const last = sent.path.at(-1) ?? ''
    const spellings = [
      `/${sent.path}`,
      `${sent.path}/`,
      `${sent.path.slice(0, -1)}%${last.charCodeAt(0).toString(16)}`,
      sent.path.toUpperCase(),
    ]
    for (const path of spellings) expect([404, 405, 429]).toContain((await send({ ...sent, path })).status)
  })

  it('A04 enforces the limit exactly for concurrent requests', async () => {
    const { guess, settings } = await setUpGuessing()
    await settings({ limits: { failuresByAccount: { max: 5, windowSeconds: 60 } } })
    const responses = await Promise.all(times(100, () => guess('198.51.100.1')))
    const rejected = responses.filter(({ status }) => status === 429)
    // An overloaded server answers 503, and tells nothing about the password.
    const judged = responses.filter(({ status }) => status !== 429 && status !== 503)
    expect(judged.length).toBeLessThanOrEqual(5)
    expect(judged.length).toBeGreaterThan(0)
    for (const { headers } of rejected) expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  })
})

describe.each(casesWith('requestReset'))('$name', (testCase) => {
  it('A06 limits mails per recipient across all IP addresses', async () => {
    const { send, requestReset, seeded, mailsTo, advance } = await openTestServer(testCase, { limits: true })
    const { email } = seeded.withPassword
    const before = (await mailsTo(email)).length
    for (let index = 0; index < 50; index++) {
      const { status } = await send(requestReset(email), `198.51.100.${index}`)
      expect(status).toSatisfy((sent: number) => sent === 429 || isSuccess(sent))
      await advance(61)
    }
    expect((await mailsTo(email)).length - before).toBeLessThanOrEqual(6)
  })
})

describe.each(casesWith('requestReset'))('$name', (testCase) => {
  it('A06 leaves mails to others if one client requests many, and warns the operator', async () => {
    const subject = await openTestServer(testCase, { limits: true })
    const { send, signUp, requestReset, mailsTo, settings, lines, advance } = subject
    const total = { mailsInTotal: { max: 100, windowSeconds: 3600 } }
    await settings({ limits: { ...total, mailsByClient: { max: 90, windowSeconds: 3600 } } })
    const users = times(100, (index) => ({
      email: `user${index}@example.net`,
      password: `a long enough phrase ${index}`,
      name: 'User',
    }))
    for (const [index, user] of users.entries()) await send(signUp(user), `203.0.113.${index}`)
    const seen: number[] = []
    for (const { email } of users.slice(0, 95)) {
      seen.push((await send(requestReset(email), '198.51.100.1')).status)
      await advance(7)
    }
    expect(seen.slice(0, 90)).toSatisfy((sent: number[]) => sent.every(isSuccess))
    expect(seen.at(-1)).toBe(429)
    const last = users.at(-1)?.email ?? ''
    expect((await send(requestReset(last), '203.0.113.7')).status).toSatisfy(isSuccess)
    expect(await mailsTo(last)).toHaveLength(1)
    const warnings = lines.filter(({ level, message }) => level === 'warn' && /mailsInTotal/.test(message))
    expect(warnings).toHaveLength(1)
  })
})

describe.each(casesWith().filter(({ adapter }) => adapter.mailTokenSeconds))('$name', (testCase) => {
  it('A06 limits all mails together without revealing it in responses', async () => {
    const max = 3
    const subject = await openTestServer(testCase, { limits: true })
    const { send, signUp, signIn, sendVerification, requestReset, verify, statuses, control } = subject
    await subject.settings({ limits: { mailsInTotal: { max, windowSeconds: 3600 } } })
    const sent = async () => (await control<{ mails: { kind: string }[] }>('inbox')).mails.length
    const before = await sent()

    const users = times(10, (index) => ({
      email: `user${index}@example.net`,
      password: `a long enough phrase ${index}`,
      name: 'User',
    }))
    const statusesOf = async (requestFor: (person: Person) => PlainRequest) => {
      const responses: number[] = []
      for (const [index, person] of users.entries()) {
        responses.push((await send(requestFor(person), `198.51.100.${index}`)).status)
      }
      return [...new Set(responses)]
    }
    expect(await statusesOf(signUp)).toEqual([statuses.signedUp])
    for (const request of [requestReset, sendVerification]) {
      if (!request) continue
      const [first, ...others] = await statusesOf(({ email }) => request(email))
      expect(first).toSatisfy(isSuccess)
      expect(others).toEqual([])
    }
    expect((await sent()) - before).toBe(max)

    await subject.advance(3601)
    const last = users.at(-1) as Person
    if (testCase.adapter.requiresVerification && verify) {
      // The first mail was never sent, so the attempt to sign in sends another one.
      expect((await send(signIn(last))).status).toBe(403)
      await send(verify({ ...last, token: await subject.mailedToken(last.email, 'verifyEmail') }))
      await subject.signInAs(last)
    } else if (requestReset) {
      await send(requestReset(last.email))
      await subject.mailedToken(last.email, 'resetPassword')
    }
  })
})
