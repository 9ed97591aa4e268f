import { describe, expect, it } from 'vitest'
import { acceptInvitation, inviteMember } from '../../src/core/invitations.ts'
import { signUpWithOrganization } from '../../src/core/organizations.ts'
import { authenticate } from '../../src/core/sessions.ts'
import { remove, type Store, update } from '../../src/core/store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { recordWork } from '../security/work-recorder.ts'
import {
  ada,
  countOutcomes,
  engines,
  fromIp,
  mailedToken,
  outcomeOf,
  requestMeta,
  testCore,
  times,
} from './core.ts'

const email = 'luigi@example.org'

async function setUp(rules: Parameters<typeof testCore>[0] = {}, store?: Store) {
  const core = testCore({ ...rules, limits: { mailPause: null, ...rules.limits } }, store)
  const join = async (email: string, organizationName: string) => {
    const { issued, ...rest } = await signUpWithOrganization(core, { ...ada, email, organizationName })
    return { ...rest, session: await authenticate(core, { token: issued?.accessToken ?? '' }) }
  }
  const admin = await join('ada@example.org', 'Engines')
  const organizationId = admin.organization.id
  const invite = (to = email, role = 'member', invitedBy = admin.user.id, ip = '192.0.2.1') =>
    inviteMember(core, {
      ...{ organizationId, realm: '', email: to, role, invitedBy, authority: [] },
      requestMeta: fromIp(ip),
    })
  const accept = async ({ session }: { session: Awaited<ReturnType<typeof authenticate>> }, token?: string) =>
    acceptInvitation(core, { session, token: token ?? (await mailedToken(core, 'invitation')), requestMeta })
  const members = () => core.store.count('memberships', { organizationId })
  return { core, admin, organizationId, join, invite, accept, members }
}

describe('invitations', () => {
  it('sends a link and writes neither an account nor a membership', async () => {
    const { core, invite, members } = await setUp()
    const users = await core.store.count('users', {})
    const invitation = await invite(' Luigi@Example.org')
    expect(invitation).toEqual({ id: expect.any(String), email, role: 'member', createdAt: core.now() })
    expect(await core.sentMails()).toMatchObject([{ kind: 'invitation', to: email, name: '' }])
    expect(await core.store.count('users', {})).toBe(users)
    expect(await members()).toBe(1)
  })

  it('leaves the email free, whose owner signs up and accepts', async () => {
    const { core, organizationId, join, invite, accept } = await setUp()
    await invite(email, 'admin')
    const luigi = await join(email, 'Sketch')
    const { organization, membership } = await accept(luigi)
    expect(organization.id).toBe(organizationId)
    expect(membership).toMatchObject({ organizationId, userId: luigi.user.id, role: 'admin' })
    const user = await core.store.find('users', { email })
    expect(user?.emailVerifiedAt).toBe(core.now())
  })

  it('runs the same queries whether or not the email has an account', async () => {
    const work = recordWork()
    const { core, invite, join } = await setUp({}, work.store(openSqliteStore(':memory:')))
    await join('mary@example.org', 'Celestial')
    const workFor = async (to: string) => {
      work.takeWork()
      expect(await outcomeOf(invite(to))).toBe('succeeded')
      return work.takeWork()
    }
    const expected = await workFor('mary@example.org')
    expect(expected.length).toBeGreaterThan(0)
    expect(await workFor('unknown@example.org')).toEqual(expected)
    expect(await core.sentMails()).toHaveLength(2)
  })

  it('rejects members and invalid emails', async () => {
    const { invite } = await setUp()
    expect(await outcomeOf(invite('ada@example.org'))).toBe('alreadyMember')
    expect(await outcomeOf(invite('not an email'))).toBe('invalidEmail')
  })

  it('O07 rejects the token in a session with another email', async () => {
    const { join, invite, accept, members } = await setUp()
    await invite()
    const stranger = await join('mary@example.org', 'Celestial')
    expect(await outcomeOf(accept(stranger))).toBe('invalidMailToken')
    expect(await members()).toBe(1)
  })

  it.each(engines)('T02 accepts an invitation once in 20 concurrent attempts (%s)', async (_, open) => {
    const { core, join, invite, accept, members } = await setUp({}, open())
    await invite()
    const luigi = await join(email, 'Sketch')
    const token = await mailedToken(core, 'invitation')
    const outcomes = await countOutcomes(times(20, () => accept(luigi, token)))
    expect(outcomes.succeeded).toBe(1)
    expect(await members()).toBe(2)
    expect(await outcomeOf(accept(luigi, token))).toBe('invalidMailToken')
  })

  it('T03 accepts an invitation for 7 days', async () => {
    const { core, join, invite, accept } = await setUp({ session: { idleSeconds: 30 * 86_400 } })
    await invite()
    const luigi = await join(email, 'Sketch')
    core.advance(7 * 86_400 - 1)
    const token = await mailedToken(core, 'invitation')
    core.advance(1)
    expect(await outcomeOf(accept(luigi, token))).toBe('expiredMailToken')
  })

  it('T04 replaces an earlier invitation by the same admin', async () => {
    const { core, join, invite, accept } = await setUp()
    await invite(email, 'admin')
    const earlier = await mailedToken(core, 'invitation')
    core.advance(1)
    await invite(email, 'member')
    const luigi = await join(email, 'Sketch')
    expect(await outcomeOf(accept(luigi, earlier))).toBe('invalidMailToken')
    expect((await accept(luigi)).membership.role).toBe('member')
  })

  it.each([
    ['has been demoted', update('memberships', {}, { role: 'member' })],
    ['has left the organization', remove('memberships', {})],
  ])('R04 rejects an invitation whose sender %s', async (_, change) => {
    const { core, join, invite, accept } = await setUp()
    await invite()
    await core.store.write([change])
    expect(await outcomeOf(accept(await join(email, 'Sketch')))).toBe('invalidMailToken')
  })

  it('reports a user who is a member already', async () => {
    const { core, admin, join, invite, accept } = await setUp()
    const luigi = await join(email, 'Sketch')
    const mary = await join('mary@example.org', 'Celestial')
    await invite('mary@example.org', 'admin')
    await accept(mary)
    core.advance(1)
    await invite()
    const first = await mailedToken(core, 'invitation')
    core.advance(1)
    await invite(email, 'member', mary.user.id)
    await accept(luigi)
    expect(await outcomeOf(accept(luigi, first))).toBe('alreadyMember')
    expect(admin.session.user.email).toBe('ada@example.org')
  })

  it('joins after the founder even if the clock was set back', async () => {
    const { core, admin, organizationId, join, invite, accept } = await setUp()
    await invite()
    const luigi = await join(email, 'Sketch')
    core.advance(-3600)
    const { membership } = await accept(luigi)
    const founder = await core.store.find('memberships', { organizationId, userId: admin.user.id })
    expect(membership.createdAt).toBeGreaterThan(founder?.createdAt ?? Number.POSITIVE_INFINITY)
  })

  it('A06 limits invitations per recipient, per organization and in total', async () => {
    const hour = 3600
    const { core, admin, invite } = await setUp({
      limits: {
        mailsByRecipient: { max: 2, windowSeconds: hour },
        invitations: { max: 5, windowSeconds: hour },
      },
    })
    const toOne = await countOutcomes(times(4, () => invite()))
    expect(toOne).toEqual({ succeeded: 2, rateLimited: 2 })
    const toMany = await countOutcomes(times(20, (index) => invite(`user${index}@example.org`)))
    expect(toMany).toEqual({ succeeded: 1, rateLimited: 19 })
    core.rules.limits.invitations = null
    core.rules.limits.mailsInTotal = { max: 10, windowSeconds: hour }
    const inTotal = await countOutcomes(
      // The reserve of the total is tested in mail-limits.test.ts.
      times(20, (index) => invite(`other${index}@example.org`, 'member', admin.user.id, `192.0.2.${index}`)),
    )
    expect(inTotal).toEqual({ succeeded: 7, rateLimited: 13 })
    expect(await core.sentMails()).toHaveLength(10)
  })
})
