import { describe, expect, it } from 'vitest'
import {
  createProject,
  requireAdmin,
  requireMember,
  requireProject,
  signUpWithOrganization,
  slugOf,
} from '../../src/core/organizations.ts'
import { authenticate } from '../../src/core/sessions.ts'
import { insert, update } from '../../src/core/store.ts'
import { ada, engines, outcomeOf, type TestCore, testCore, times } from './core.ts'

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
  it('keeps the session in the organization that the user joined first', async () => {
    const core = testCore()
    const { organization } = await signUpWith(core, 'ada@example.org')
    const other = await signUpWith(core, 'mary@example.org', 'Celestial')
    const { id: userId } = other.user
    const membership = { organizationId: organization.id, userId, role: 'member', createdAt: core.now() + 1 }
    await core.store.write([insert('memberships', membership)])
    const sessionWithUser = await authenticate(core, { token: other.issued?.accessToken ?? '' })
    expect(sessionWithUser.organizationId).toBe(other.organization.id)
  })

  it('does not reveal to non-members whether an organization exists', async () => {
    const core = testCore()
    const { user, organization } = await signUpWith(core, 'ada@example.org')
    const outsider = await signUpWith(core, 'mary@example.org', 'Celestial')
    const check = (organizationId: string, userId: string) =>
      outcomeOf(requireMember(core, { organizationId, userId }))
    expect(await check(organization.id, outsider.user.id)).toBe('notMember')
    expect(await check('none', user.id)).toBe('notMember')
  })

  it('tells members from admins', async () => {
    const core = testCore()
    const { user, organization } = await signUpWith(core, 'ada@example.org')
    const check = () => outcomeOf(requireAdmin(core, { organizationId: organization.id, userId: user.id }))
    expect(await check()).toBe('succeeded')
    await core.store.write([update('memberships', { userId: user.id }, { role: 'member' })])
    expect(await check()).toBe('notAdmin')
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
