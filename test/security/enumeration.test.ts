import { describe, expect, it, onTestFinished } from 'vitest'
import type { ResponseData } from '../../src/conformance/exchange.ts'
import type { PlainRequest } from '../../src/conformance/variants/adapter.ts'
import type { Hasher } from '../../src/core/ports.ts'
import { startSmtpServer } from '../adapters/smtp-server.ts'
import { lightHasher } from '../support/sandbox.ts'
import { casesWith, isSuccess, openTestServer } from './test-server.ts'
import { recordWork } from './work-recorder.ts'

/** Returns everything in a response that could reveal a difference, without the request id. */
const shape = ({ status, headers, text }: ResponseData) => ({
  status,
  headers: [...headers.keys()].filter((name) => name !== 'date').sort(),
  text: text.replaceAll(/req_[0-9a-f]+/g, 'req'),
})

describe.each(casesWith())('$name', (testCase) => {
  it('E01 returns the same response for unknown emails, wrong passwords, passwordless and disabled accounts', async () => {
    const subject = await openTestServer(testCase)
    const { seeded, signIn, send } = subject
    const { email } = seeded.withPassword
    const responses = [
      await send(signIn({ email: 'unknown@example.com', password: 'not the right one' })),
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

  it('E02 verifies one hash for each kind of failed sign-in', async () => {
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
    const users = [{ email: 'unknown@example.com' }, withPassword, withoutPassword, disabled]
    for (const user of users) {
      if (!user) continue
      const { email } = user
      const { status } = await send(signIn({ email, password: 'not the right one' }))
      expect([email, status, work]).toEqual([email, 401, ['$argon2id$v=19$m=8,t=1,p=1']])
      work.length = 0
    }
  })

  it('E04 limits sign-ups that probe for taken emails', async () => {
    const { send, signUp, seeded, settings, statuses } = await openTestServer(testCase)
    await settings({ rateLimits: true })
    const { email } = seeded.withPassword
    const seen: number[] = []
    for (let probe = 0; probe < 10; probe++)
      seen.push((await send(signUp({ email, password: 'any phrase will do', name: 'Prober' }))).status)
    expect(seen[0]).toBe(statuses.taken)
    expect(seen.indexOf(429)).toBeGreaterThan(0)
    expect(seen.at(-1)).toBe(429)
    // Otherwise a 429 would reveal that the email is taken.
    const free = signUp({ email: 'free@example.com', password: 'any phrase will do', name: 'Prober' })
    expect((await send(free)).status).toBe(429)
    expect((await send(free, '203.0.113.7')).status).toBe(statuses.signedUp)
  })
})

const unverified = 'unverified@example.net'

/** Operations whose response must not depend on whether an email has an account. */
const accountQueries = casesWith().flatMap((testCase) => {
  const { signIn, requestReset, sendVerification, seeded } = testCase.adapter
  const { withPassword, withoutPassword, disabled } = seeded
  const known = [withPassword, withoutPassword, disabled].flatMap((user) => user?.email ?? [])
  const password = 'not the right one'
  const queries: {
    way: string
    requestFor: ((email: string) => PlainRequest) | undefined
    known: string[]
  }[] = [
    { way: 'a sign-in', requestFor: (email) => signIn({ email, password }), known },
    { way: 'a reset', requestFor: requestReset, known },
    { way: 'a verification mail', requestFor: sendVerification, known: [unverified] },
  ]
  return queries.flatMap(({ way, requestFor, known }) =>
    requestFor ? [{ ...testCase, way, requestFor, known }] : [],
  )
})

describe.each(accountQueries)('$name', ({ way, requestFor, known, ...testCase }) => {
  it(`E03 does the same work for ${way} and returns the same response for unknown emails`, async () => {
    const work = recordWork()
    const engine = async () => work.store(await testCase.engine())
    const { send, signUp, settings } = await openTestServer(
      { ...testCase, engine },
      { hasher: work.hasher, limits: true },
    )
    await send(signUp({ email: unverified, password: 'a long enough phrase', name: 'New' }))
    await settings({ limits: { mailPause: null } })
    const observe = async (email: string) => {
      work.takeWork()
      const { text, ...rest } = shape(await send(requestFor(email)))
      return { ...rest, text: text.replaceAll(email, 'the email'), work: work.takeWork() }
    }
    const unknown = await observe('unknown@example.com')
    expect(unknown.work.length).toBeGreaterThan(0)
    for (const email of known) expect([email, await observe(email)]).toEqual([email, unknown])
  })
})

describe.each(casesWith('requestReset'))('$name', (testCase) => {
  it('E03 responds before the mail server does', async () => {
    const { promise: forever, resolve: release } = Promise.withResolvers<void>()
    const server = await startSmtpServer({ onMail: () => forever })
    onTestFinished(() => server.stop())
    const { send, requestReset, seeded } = await openTestServer(testCase, { mail: { smtpUrl: server.url } })
    const { status } = await send(requestReset(seeded.withPassword.email))
    expect(status).toSatisfy(isSuccess)
    expect((await send(requestReset('unknown@example.com'))).status).toBe(status)
    release()
  })
})
