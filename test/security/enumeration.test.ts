import { describe, expect, it, onTestFinished } from 'vitest'
import { createHasher } from '../../src/adapters/hasher.ts'
import type { Hasher } from '../../src/core/ports.ts'
import { startSmtpServer } from '../adapters/smtp-server.ts'
import { lightHasher } from '../support/sandbox.ts'
import { isSlow } from '../support/slow.ts'
import type { RequestData, ResponseData } from './dialect.ts'
import { compareLatencies } from './latency.ts'
import { casesWith, openTestServer } from './test-server.ts'
import { recordWork } from './work-recorder.ts'

/** Everything of an answer that could tell two apart. Request ids differ in all of them. */
const shape = ({ status, headers, text }: ResponseData) => ({
  status,
  headers: [...headers.keys()].filter((name) => name !== 'date').sort(),
  text: text.replaceAll(/req_[0-9a-f]+/g, 'req'),
})

describe.each(casesWith())('$name', (testCase) => {
  it('E01 refuses an unknown address, a wrong password, an account without password and a disabled one alike', async () => {
    const subject = await openTestServer(testCase)
    const { seeded, signIn, send } = subject
    const { email } = seeded.withPassword
    const responses = [
      await send(signIn({ email: 'nobody-at-all@example.com', password: 'not the right one' })),
      await send(signIn({ email, password: 'not the right one' })),
      ...(seeded.withoutPassword
        ? [await send(signIn({ ...seeded.withoutPassword, password: 'not the right one' }))]
        : []),
      ...(seeded.disabled
        ? [await send(signIn({ email: seeded.disabled.email, password: 'not the right one' }))]
        : []),
    ]
    expect(responses[0]?.status).toBe(401)
    for (const response of responses) expect(shape(response)).toEqual(shape(responses[0] as ResponseData))
  })

  it('E02 does the same work to refuse each of them', async () => {
    const work: string[] = []
    const hasher: Hasher = {
      ...lightHasher,
      verify(phc, password) {
        work.push(phc.split('$').slice(0, 4).join('$'))
        return lightHasher.verify(phc, password)
      },
    }
    const { seeded, signIn, send } = await openTestServer(testCase, { hasher })
    const { withPassword, withoutPassword, disabled } = seeded
    const people = [{ email: 'nobody-at-all@example.com' }, withPassword, withoutPassword, disabled]
    for (const somebody of people) {
      if (!somebody) continue
      const { email } = somebody
      const { status } = await send(signIn({ email, password: 'not the right one' }))
      expect([email, status, work]).toEqual([email, 401, ['$argon2id$v=19$m=8,t=1,p=1']])
      work.length = 0
    }
  })

  if (isSlow)
    it('E02 takes as long to refuse an unknown address as a wrong password', async () => {
      const { seeded, signIn, send } = await openTestServer(testCase, { hasher: createHasher() })
      const { email } = seeded.withPassword
      let count = 0
      const unknown = () =>
        send(signIn({ email: `nobody${++count}@example.com`, password: 'not the right one' }))
      const wrong = () => send(signIn({ email, password: 'not the right one' }))
      const found = await compareLatencies(unknown, wrong, 300)
      expect(found.auc).toBeGreaterThan(0.4)
      expect(found.auc).toBeLessThan(0.6)
      expect(found.gap).toBeLessThan(0.05)
    }, 120_000)

  it('E04 throttles whoever probes for taken addresses at sign-up', async () => {
    const { send, signUp, seeded, settings, statuses } = await openTestServer(testCase)
    await settings({ rateLimits: true })
    const { email } = seeded.withPassword
    const seen: number[] = []
    for (let probe = 0; probe < 10; probe++)
      seen.push((await send(signUp({ email, password: 'any phrase will do', name: 'Prober' }))).status)
    expect(seen[0]).toBe(statuses.taken)
    expect(seen.indexOf(429)).toBeGreaterThan(0)
    expect(seen.at(-1)).toBe(429)
    // Or the 429 would tell what the 409 does.
    const free = signUp({ email: 'free@example.com', password: 'any phrase will do', name: 'Prober' })
    expect((await send(free)).status).toBe(429)
    expect((await send(free, '203.0.113.7')).status).toBe(statuses.signedUp)
  })
})

const unverified = 'unverified@example.net'

/** Ways to ask about an address that answer alike, whoever has it. */
const asking = casesWith().flatMap((testCase) => {
  const { signIn, requestReset, sendVerification, seeded } = testCase.dialect
  const { withPassword, withoutPassword, disabled } = seeded
  const known = [withPassword, withoutPassword, disabled].flatMap((somebody) => somebody?.email ?? [])
  const password = 'not the right one'
  const ways: { way: string; ask: ((email: string) => RequestData) | undefined; known: string[] }[] = [
    { way: 'a sign-in', ask: (email) => signIn({ email, password }), known },
    { way: 'a reset', ask: requestReset, known },
    { way: 'another verification', ask: sendVerification, known: [unverified] },
  ]
  return ways.flatMap(({ way, ask, known }) => (ask ? [{ ...testCase, way, ask, known }] : []))
})

describe.each(asking)('$name', ({ way, ask, known, ...testCase }) => {
  it(`E03 answers ${way} alike after the same work, whoever it is for`, async () => {
    const work = recordWork()
    const engine = async () => work.store(await testCase.engine())
    const { send, signUp, settings } = await openTestServer(
      { ...testCase, engine },
      { hasher: work.hasher, limits: true },
    )
    await send(signUp({ email: unverified, password: 'a long enough phrase', name: 'New' }))
    await settings({ limits: { mailPause: null } })
    const about = async (email: string) => {
      work.since()
      const { text, ...rest } = shape(await send(ask(email)))
      return { ...rest, text: text.replaceAll(email, 'the address'), work: work.since() }
    }
    const unknown = await about('nobody-at-all@example.com')
    expect(unknown.work.length).toBeGreaterThan(0)
    for (const email of known) expect([email, await about(email)]).toEqual([email, unknown])
  })
})

describe.each(casesWith('requestReset'))('$name', (testCase) => {
  it('E03 does not wait for the mail server', async () => {
    const { promise: aCentury, resolve: end } = Promise.withResolvers<void>()
    const server = await startSmtpServer({ onMail: () => aCentury })
    onTestFinished(() => server.stop())
    const { send, requestReset, seeded } = await openTestServer(testCase, { mail: { smtpUrl: server.url } })
    expect((await send(requestReset(seeded.withPassword.email))).status).toBe(200)
    expect((await send(requestReset('nobody-at-all@example.com'))).status).toBe(200)
    end()
  })
})
