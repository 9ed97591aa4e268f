import { describe, expect, it, onTestFinished } from 'vitest'
import { startSmtpPeer } from '../platform/smtp-peer.ts'
import type { Got } from './dialect.ts'
import { everywhere, openSubject } from './subject.ts'

/** Everything of an answer that could tell two apart. Request ids differ in all of them. */
const shape = ({ status, headers, text }: Got) => ({
  status,
  headers: [...headers.keys()].filter((name) => name !== 'date').sort(),
  text: text.replaceAll(/req_[0-9a-f]+/g, 'req'),
})

describe.each(everywhere())('$name', (one) => {
  it('E01 refuses an unknown address, a wrong password, an account without password and a disabled one alike', async () => {
    const subject = await openSubject(one)
    const { seeded, signIn, send } = subject
    const { email } = seeded.withPassword
    const answers = [
      await send(signIn({ email: 'nobody-at-all@example.com', password: 'not the right one' })),
      await send(signIn({ email, password: 'not the right one' })),
      ...(seeded.withoutPassword
        ? [await send(signIn({ ...seeded.withoutPassword, password: 'not the right one' }))]
        : []),
      ...(seeded.disabled
        ? [await send(signIn({ email: seeded.disabled.email, password: 'not the right one' }))]
        : []),
    ]
    expect(answers[0]?.status).toBe(401)
    for (const answer of answers) expect(shape(answer)).toEqual(shape(answers[0] as Got))
  })

  it('E04 throttles whoever probes for taken addresses at sign-up', async () => {
    const { send, signUp, seeded, settings, statuses } = await openSubject(one)
    await settings({ rateLimits: true })
    const { email } = seeded.withPassword
    const seen: number[] = []
    for (let probe = 0; probe < 10; probe++)
      seen.push((await send(signUp({ email, password: 'any phrase will do', name: 'Prober' }))).status)
    expect(seen[0]).toBe(statuses.taken)
    expect(seen.indexOf(429)).toBeGreaterThan(0)
    expect(seen.at(-1)).toBe(429)
  })
})

describe.each(everywhere('requestReset'))('$name', (one) => {
  it('E03 answers a request for a reset alike, whoever it is for', async () => {
    const { send, requestReset, seeded } = await openSubject(one)
    const emails = ['nobody-at-all@example.com', seeded.withPassword.email, seeded.withoutPassword?.email]
    const answers: Got[] = []
    for (const email of emails) if (email) answers.push(await send(requestReset(email)))
    for (const answer of answers) expect(shape(answer)).toEqual(shape(answers[0] as Got))
  })

  it('E03 does not wait for the mail server', async () => {
    const { promise: aCentury, resolve: end } = Promise.withResolvers<void>()
    const server = await startSmtpPeer({ onMail: () => aCentury })
    onTestFinished(() => server.stop())
    const { send, requestReset, seeded } = await openSubject(one, { mail: { smtpUrl: server.url } })
    expect((await send(requestReset(seeded.withPassword.email))).status).toBe(200)
    expect((await send(requestReset('nobody-at-all@example.com'))).status).toBe(200)
    end()
  })
})
