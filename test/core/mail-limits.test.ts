import { describe, expect, it } from 'vitest'
import { inviteMember } from '../../src/core/invitations.ts'
import { requestPasswordReset } from '../../src/core/password-reset.ts'
import { signUp } from '../../src/core/sign-up.ts'
import { sendVerification } from '../../src/core/verification.ts'
import { ada, fromIp, outcomeOf, signUpAda, type TestCore, testCore, times } from './core.ts'

const hour = 3600
const limits = {
  mailsByClient: { max: 6, windowSeconds: hour },
  mailsInTotal: { max: 10, windowSeconds: hour },
}
const mail = { reserve: { share: 0.2, mailsPerClient: 2 } }
const [attacker, neighbor] = ['198.51.100.1', '203.0.113.7']
const emailOf = (index: number) => `user${index}@example.org`

async function setUp(rules: Parameters<typeof testCore>[0] = {}) {
  const core = testCore({
    ...rules,
    limits: { ...limits, ...rules.limits },
    mail: { ...mail, ...rules.mail },
  })
  for (const index of times(40, (index) => index))
    await signUpAda(core, { email: emailOf(index), requestMeta: fromIp(`192.0.2.${index}`) })
  return core
}

const requestReset = (core: TestCore, index: number, ip: string) =>
  outcomeOf(requestPasswordReset(core, { realm: '', email: emailOf(index), requestMeta: fromIp(ip) }))

const inTurn = async (count: number, act: (index: number) => Promise<string>) => {
  const outcomes: string[] = []
  for (let index = 0; index < count; index++) outcomes.push(await act(index))
  return outcomes
}

describe('A06 limits of mails', () => {
  it.each(['drop', 'reject'] as const)(
    'A06 limits the mails that one client requests and leaves the rest to others (%s)',
    async (overLimit) => {
      const core = await setUp({ mail: { ...mail, overLimit } })
      const outcomes = await inTurn(20, (index) => requestReset(core, index, attacker))
      expect(outcomes).toEqual(times(20, (index) => (index < 6 ? 'succeeded' : 'rateLimited')))
      expect(await core.sentMails()).toHaveLength(6)
      expect(await requestReset(core, 30, neighbor)).toBe('succeeded')
      expect(await core.sentMails()).toHaveLength(7)
      core.advance(hour)
      expect(await requestReset(core, 31, attacker)).toBe('succeeded')
    },
  )

  it('A06 counts requests for unknown emails like all others', async () => {
    const core = await setUp()
    const unknown = await inTurn(8, (index) => requestReset(core, 100 + index, attacker))
    expect(unknown).toEqual(times(8, (index) => (index < 6 ? 'succeeded' : 'rateLimited')))
    expect(await core.sentMails()).toHaveLength(0)
  })

  it('A06 does not let a client that is over its limit use up the limit of a recipient', async () => {
    const core = await setUp({ limits: { mailPause: null } })
    await inTurn(6, (index) => requestReset(core, index, attacker))
    await inTurn(6, () => requestReset(core, 30, attacker))
    expect(await requestReset(core, 30, neighbor)).toBe('succeeded')
    expect((await core.sentMails()).filter(({ to }) => to === emailOf(30))).toHaveLength(1)
  })

  it('A06 keeps the reserve for clients that have requested few mails', async () => {
    const core = await setUp()
    // Two clients request more than their part: together they get all but the reserve.
    await inTurn(12, (index) => requestReset(core, index, index % 2 ? attacker : neighbor))
    expect(await core.sentMails()).toHaveLength(8)
    await inTurn(4, (index) => requestReset(core, 20 + index, '203.0.113.99'))
    // The third client gets its first two mails from the reserve, and no more.
    expect(await core.sentMails()).toHaveLength(10)
  })

  it('A06 counts sign-ups, verification mails, resets and invitations of a client together', async () => {
    const core = await setUp({
      signUp: { sendsVerification: true },
      limits: { mailsByClient: { max: 3, windowSeconds: hour } },
    })
    const requestMeta = fromIp(attacker)
    const about = { realm: '', email: emailOf(1), requestMeta }
    const invitation = { ...about, organizationId: 'o', role: 'member', invitedBy: 'ada', authority: [] }
    expect(await outcomeOf(signUp(core, { ...ada, email: 'new@example.org', requestMeta }))).toBe('succeeded')
    core.advance(60)
    expect(await outcomeOf(sendVerification(core, about))).toBe('succeeded')
    expect(await outcomeOf(requestPasswordReset(core, about))).toBe('succeeded')
    for (const attempt of [
      () => signUp(core, { ...ada, email: 'newer@example.org', requestMeta }),
      () => sendVerification(core, about),
      () => requestPasswordReset(core, about),
      () => inviteMember(core, invitation),
    ])
      expect(await outcomeOf(attempt())).toBe('rateLimited')
    expect(await core.store.count('users', { email: 'newer@example.org' })).toBe(0)
  })

  it('A06 rejects an invitation that would need the reserve', async () => {
    const core = await setUp({ limits: { mailsByClient: { max: 20, windowSeconds: hour } } })
    const invite = (index: number, ip: string) =>
      outcomeOf(
        inviteMember(core, {
          ...{ realm: '', organizationId: 'o', role: 'member', invitedBy: 'ada', authority: [] },
          email: `invited${index}@example.org`,
          requestMeta: fromIp(ip),
        }),
      )
    // Writing fails: there is no organization. Only the limits matter here.
    const outcomes = await inTurn(12, (index) => invite(index, attacker))
    expect(outcomes.slice(0, 8)).not.toContain('rateLimited')
    expect(outcomes.slice(8)).toEqual(times(4, () => 'rateLimited'))
    expect(await invite(20, neighbor)).not.toBe('rateLimited')
  })

  it('A06 warns once per hour when only the reserve is left, and once when all mails are used up', async () => {
    const core = await setUp()
    await inTurn(8, (index) => requestReset(core, index, `198.51.100.${index}`))
    expect(core.warnings).toHaveLength(1)
    expect(core.warnings[0]).toMatch(/8 of 10 mails.*mailsInTotal/s)
    await inTurn(8, (index) => requestReset(core, 20 + index, `203.0.113.${index}`))
    expect(core.warnings).toHaveLength(2)
    expect(core.warnings[1]).toMatch(/all 10 mails.*mailsInTotal/is)
    // Requests for unknown emails have a separate count and send nothing.
    await inTurn(12, (index) => requestReset(core, 100 + index, `192.0.2.${index}`))
    expect(core.warnings).toHaveLength(2)
    core.advance(hour)
    await inTurn(8, (index) => requestReset(core, 30 + index, `198.51.100.${index}`))
    expect(core.warnings).toHaveLength(3)
  })
})
