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

describe('sign-up with an organization', () => {
  it('makes the user the admin of the new organization', async () => {
    const core = testCore()
    const { issued, organization, user } = await signUpWith(core, 'ada@example.org')
    expect(organization).toMatchObject({ name: 'Analytical Engines', slug: 'analytical-engines' })
    const sessionWithUser = await authenticate(core, { token: issued?.accessToken ?? '' })
    expect(sessionWithUser).toMatchObject({ organizationId: organization.id, organizationRole: 'admin' })
    expect(await requireAdmin(core, { organizationId: organization.id, userId: user.id })).toBeTruthy()
  })

  it.each(engines)('gives organizations with the same name different slugs (%s)', async (_, open) => {
    const core = testCore({}, open())
    const created = await Promise.all(times(20, (index) => signUpWith(core, `user${index}@example.org`)))
    const slugs = created.map(({ organization }) => organization.slug).sort()
    expect(slugs).toEqual(
      times(20, (index) => `analytical-engines${index === 0 ? '' : `-${index + 1}`}`).sort(),
    )
    const stored = await core.store.list('organizations', {}, { orderBy: 'slug' })
    expect(stored.map(({ id }) => id).sort()).toEqual(
      created.map(({ organization }) => organization.id).sort(),
    )
  })

  it('creates no organization if the email is taken', async () => {
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
  ])('converts the name %j to the slug %s', (name, slug) => {
    expect(slugOf(name, 'org')).toBe(slug)
  })
})

describe('organization members', () => {
  const setUp = async () => {
    const core = testCore()
    const { user, organization } = await signUpWith(core, 'ada@example.org')
    const invite = (email: string, role = 'member') =>
      inviteMember(core, {
        organizationId: organization.id,
        realm: '',
        email,
        role,
        invitedBy: user.id,
        authority: [],
        requestMeta,
      })
    return { core, user, organization, invite }
  }

  it('invites an email without an account, which its owner claims with a password reset', async () => {
    const { core, organization, invite } = await setUp()
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

  it('adds an invited user only once', async () => {
    const { core, invite } = await setUp()
    const outcomes = await countOutcomes(times(10, () => invite('luigi@example.org')))
    expect(outcomes).toEqual({ succeeded: 1, alreadyMember: 9 })
    expect(await core.store.count('users', { email: 'luigi@example.org' })).toBe(1)
    expect(await outcomeOf(invite('ada@example.org'))).toBe('alreadyMember')
    expect(await outcomeOf(invite('not an email'))).toBe('invalidEmail')
  })

  it('creates a new account for an invited email whose previous account has expired', async () => {
    const { core, organization, invite } = await setUp()
    const { user: before } = await signUpAda(core, { email: 'luigi@example.org' })
    await core.store.write([update('users', { id: before.id }, { expiresAt: core.now() })])
    const { user } = await invite('luigi@example.org')
    expect(user.id).not.toBe(before.id)
    expect(await core.store.list('users', { email: 'luigi@example.org' }, { orderBy: 'id' })).toEqual([user])
    expect(await core.store.list('memberships', { userId: user.id }, { orderBy: 'userId' })).toMatchObject([
      { organizationId: organization.id },
    ])
  })

  it('keeps the session in the organization that the user joined first', async () => {
    const { core, invite } = await setUp()
    core.advance(1)
    const other = await signUpWith(core, 'mary@example.org', 'Celestial')
    core.advance(1)
    await invite('mary@example.org')
    const sessionWithUser = await authenticate(core, { token: other.issued?.accessToken ?? '' })
    expect(sessionWithUser.organizationId).toBe(other.organization.id)
  })

  it('does not reveal to non-members whether an organization exists', async () => {
    const { core, user, organization, invite } = await setUp()
    const { user: luigi } = await invite('luigi@example.org')
    const outsider = await signUpWith(core, 'mary@example.org', 'Celestial')
    const check = (organizationId: string, userId: string) =>
      outcomeOf(requireMember(core, { organizationId, userId }))
    expect(await check(organization.id, outsider.user.id)).toBe('notMember')
    expect(await check('none', user.id)).toBe('notMember')
    expect(await outcomeOf(requireAdmin(core, { organizationId: organization.id, userId: luigi.id }))).toBe(
      'notAdmin',
    )
  })
})

describe('projects', () => {
  const setUp = async () => {
    const core = testCore()
    const { user, organization } = await signUpWith(core, 'ada@example.org')
    const project = await createProject(core, {
      organizationId: organization.id,
      name: 'Difference Engine',
      authority: [],
    })
    return { core, user, organization, project }
  }

  it('gives each project a slug that is unique in its organization', async () => {
    const { core, organization, project } = await setUp()
    expect(project.slug).toBe('difference-engine')
    const created = await Promise.all(
      times(5, () =>
        createProject(core, { organizationId: organization.id, name: 'Difference Engine', authority: [] }),
      ),
    )
    expect(created.map(({ slug }) => slug).sort()).toEqual(
      times(5, (index) => `difference-engine-${index + 2}`),
    )
    const other = await signUpWith(core, 'mary@example.org')
    const elsewhere = await createProject(core, {
      organizationId: other.organization.id,
      authority: [],
      name: 'Difference Engine',
    })
    expect(elsewhere.slug).toBe('difference-engine')
  })

  it('finds projects only for members and API keys of the organization', async () => {
    const { core, user, organization, project } = await setUp()
    const outsider = await signUpWith(core, 'mary@example.org')
    for (const caller of [{ userId: user.id }, { organizationId: organization.id }])
      expect(await requireProject(core, project.id, caller)).toEqual(project)
    for (const caller of [{ userId: outsider.user.id }, { organizationId: outsider.organization.id }]) {
      expect(await outcomeOf(requireProject(core, project.id, caller))).toBe('projectNotFound')
      expect(await outcomeOf(requireProject(core, 'none', caller))).toBe('projectNotFound')
    }
  })
})
