import { describe, expect, it } from 'vitest'
import {
  createProject,
  inviteMember,
  requireAdmin,
  requireMember,
  requireProject,
  signUpWithOrganization,
  slugOf,
} from '../../src/core/organizations.ts'
import { confirmPasswordReset, requestPasswordReset } from '../../src/core/password-reset.ts'
import { authenticate } from '../../src/core/sessions.ts'
import { signIn } from '../../src/core/sign-in.ts'
import { update } from '../../src/core/store.ts'
import {
  ada,
  countOutcomes,
  engines,
  mailedToken,
  outcomeOf,
  requestMeta,
  signUpAda,
  type TestCore,
  testCore,
  times,
} from './core.ts'

const signUpWith = (core: TestCore, email: string, organizationName = 'Analytical Engines') =>
  signUpWithOrganization(core, { ...ada, email, organizationName })

describe('signing up with an organization', () => {
  it('makes its first admin, who is there with the session', async () => {
    const core = testCore()
    const { issued, organization, user } = await signUpWith(core, 'ada@example.org')
    expect(organization).toMatchObject({ name: 'Analytical Engines', slug: 'analytical-engines' })
    const sessionWithUser = await authenticate(core, { token: issued?.accessToken ?? '' })
    expect(sessionWithUser).toMatchObject({ organizationId: organization.id, organizationRole: 'admin' })
    expect(await requireAdmin(core, { organizationId: organization.id, userId: user.id })).toBeTruthy()
  })

  it.each(engines)('gives each of many with one name a slug of its own (%s)', async (_, open) => {
    const core = testCore({}, open())
    const made = await Promise.all(times(20, (index) => signUpWith(core, `user${index}@example.org`)))
    const slugs = made.map(({ organization }) => organization.slug).sort()
    expect(slugs).toEqual(
      times(20, (index) => `analytical-engines${index === 0 ? '' : `-${index + 1}`}`).sort(),
    )
    const stored = await core.store.list('organizations', {}, { orderBy: 'slug' })
    expect(stored.map(({ id }) => id).sort()).toEqual(made.map(({ organization }) => organization.id).sort())
  })

  it('leaves nothing behind for a taken address', async () => {
    const core = testCore()
    await signUpWith(core, 'ada@example.org')
    expect(await outcomeOf(signUpWith(core, 'ada@example.org', 'Another'))).toBe('emailTaken')
    expect(await core.store.count('organizations', {})).toBe(1)
    expect(await core.store.count('memberships', {})).toBe(1)
  })

  it.each([
    ['Analytical Engines', 'analytical-engines'],
    ['  Größe & Söhne!! ', 'gr-e-s-hne'],
    ['日本', 'org'],
    ['---', 'org'],
  ])('calls %j %s', (name, slug) => {
    expect(slugOf(name, 'org')).toBe(slug)
  })
})

describe('members', () => {
  const prepared = async () => {
    const core = testCore()
    const { user, organization } = await signUpWith(core, 'ada@example.org')
    const invite = (email: string, role = 'member') =>
      inviteMember(core, {
        organizationId: organization.id,
        realm: '',
        email,
        role,
        invitedBy: user.id,
        requestMeta,
      })
    return { core, user, organization, invite }
  }

  it('are invited by address, and claim an account that they did not have', async () => {
    const { core, organization, invite } = await prepared()
    const { user, membership } = await invite(' Luigi@Example.org')
    expect(user).toMatchObject({ email: 'luigi@example.org', name: 'luigi', passwordHash: null })
    expect(membership).toMatchObject({ organizationId: organization.id, role: 'member' })
    expect(await outcomeOf(signUpWith(core, 'luigi@example.org'))).toBe('emailTaken')
    await requestPasswordReset(core, { realm: '', email: 'luigi@example.org', requestMeta })
    const token = await mailedToken(core, 'resetPassword')
    await confirmPasswordReset(core, { realm: '', token, newPassword: 'a-brand-new-horse', requestMeta })
    const issued = await signIn(core, { ...ada, email: 'luigi@example.org', password: 'a-brand-new-horse' })
    expect(await authenticate(core, { token: issued.accessToken })).toMatchObject({
      organizationId: organization.id,
      organizationRole: 'member',
    })
  })

  it('are invited once', async () => {
    const { core, invite } = await prepared()
    const outcomes = await countOutcomes(times(10, () => invite('luigi@example.org')))
    expect(outcomes).toEqual({ succeeded: 1, alreadyMember: 9 })
    expect(await core.store.count('users', { email: 'luigi@example.org' })).toBe(1)
    expect(await outcomeOf(invite('ada@example.org'))).toBe('alreadyMember')
    expect(await outcomeOf(invite('no address'))).toBe('invalidEmail')
  })

  it('are newcomers when the time of who had their address is over', async () => {
    const { core, organization, invite } = await prepared()
    const { user: before } = await signUpAda(core, { email: 'luigi@example.org' })
    await core.store.write([update('users', { id: before.id }, { expiresAt: core.now() })])
    const { user } = await invite('luigi@example.org')
    expect(user.id).not.toBe(before.id)
    expect(await core.store.list('users', { email: 'luigi@example.org' }, { orderBy: 'id' })).toEqual([user])
    expect(await core.store.list('memberships', { userId: user.id }, { orderBy: 'userId' })).toMatchObject([
      { organizationId: organization.id },
    ])
  })

  it('keep the organization that they joined first', async () => {
    const { core, invite } = await prepared()
    core.advance(1)
    const other = await signUpWith(core, 'mary@example.org', 'Celestial')
    core.advance(1)
    await invite('mary@example.org')
    const sessionWithUser = await authenticate(core, { token: other.issued?.accessToken ?? '' })
    expect(sessionWithUser.organizationId).toBe(other.organization.id)
  })

  it('are not told apart from strangers of an organization that does not exist', async () => {
    const { core, user, organization, invite } = await prepared()
    const { user: luigi } = await invite('luigi@example.org')
    const stranger = await signUpWith(core, 'mary@example.org', 'Celestial')
    const check = (organizationId: string, userId: string) =>
      outcomeOf(requireMember(core, { organizationId, userId }))
    expect(await check(organization.id, stranger.user.id)).toBe('notMember')
    expect(await check('none', user.id)).toBe('notMember')
    expect(await outcomeOf(requireAdmin(core, { organizationId: organization.id, userId: luigi.id }))).toBe(
      'notAdmin',
    )
  })
})

describe('a project', () => {
  const prepared = async () => {
    const core = testCore()
    const { user, organization } = await signUpWith(core, 'ada@example.org')
    const project = await createProject(core, { organizationId: organization.id, name: 'Difference Engine' })
    return { core, user, organization, project }
  }

  it('has a slug of its own in its organization', async () => {
    const { core, organization, project } = await prepared()
    expect(project.slug).toBe('difference-engine')
    const made = await Promise.all(
      times(5, () => createProject(core, { organizationId: organization.id, name: 'Difference Engine' })),
    )
    expect(made.map(({ slug }) => slug).sort()).toEqual(times(5, (index) => `difference-engine-${index + 2}`))
    const other = await signUpWith(core, 'mary@example.org')
    const elsewhere = await createProject(core, {
      organizationId: other.organization.id,
      name: 'Difference Engine',
    })
    expect(elsewhere.slug).toBe('difference-engine')
  })

  it('is reached by members and keys of its organization', async () => {
    const { core, user, organization, project } = await prepared()
    const stranger = await signUpWith(core, 'mary@example.org')
    for (const caller of [{ userId: user.id }, { organizationId: organization.id }])
      expect(await requireProject(core, project.id, caller)).toEqual(project)
    for (const caller of [{ userId: stranger.user.id }, { organizationId: stranger.organization.id }]) {
      expect(await outcomeOf(requireProject(core, project.id, caller))).toBe('projectNotFound')
      expect(await outcomeOf(requireProject(core, 'none', caller))).toBe('projectNotFound')
    }
  })
})
