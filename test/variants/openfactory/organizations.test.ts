import { describe, expect, it } from 'vitest'
import { ids, issues, keys, openFactory, paths, tally, times, tokens, told } from './support.ts'

const forbidden = (message: string) => [403, 'FORBIDDEN', message]
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)

async function scene() {
  const factory = await openFactory()
  const { ask } = factory
  return {
    ...factory,
    createProject: (form: object, bearer = tokens.ada, path = paths.projects) =>
      ask('POST', path, form, { bearer }),
    invite: (form: object, bearer = tokens.ada, path = paths.members) => ask('POST', path, form, { bearer }),
  }
}

describe('a project', () => {
  it('may be added by every member, under a slug of its own', async () => {
    const { createProject } = await scene()
    const form = { name: 'Difference  engine!', description: 'Again.', templateId: ids.unknown, id: '1' }
    const { status, body } = await createProject(form, tokens.charles)
    expect([status, body]).toEqual([
      201,
      {
        id: uuid,
        name: 'Difference  engine!',
        slug: 'difference-engine-2',
        description: 'Again.',
        settings: {},
        createdAt: expect.any(String),
      },
    ])
    expect((await createProject({ name: 'Celestial Mechanics' })).body.slug).toBe('celestial-mechanics')
  })

  it('has a slug of its own even among many of one name at once', async () => {
    const { createProject } = await scene()
    const answers = await Promise.all(times(10, () => createProject({ name: 'Silver Lady' })))
    expect(tally(answers)).toEqual({ 201: 10 })
    expect(new Set(answers.map(({ body }) => body.slug)).size).toBe(10)
  })

  it('cannot be added to a foreign organization, or to none', async () => {
    const { createProject } = await scene()
    for (const organization of [ids.marysOrganization, ids.unknown]) {
      const path = `/api/organizations/${organization}/projects`
      expect(told(await createProject({}, tokens.ada, path))).toEqual(
        forbidden('Not a member of this organization'),
      )
    }
  })

  it('can be worked on by a key that was there before', async () => {
    const { createProject, ask } = await scene()
    const { id } = (await createProject({ name: 'Silver Lady' })).body
    const path = `/api/projects/${id}/planner/work-orders`
    expect((await ask('GET', path, undefined, { bearer: keys.pipeline })).body.totalCount).toBe(0)
  })

  it.each([
    [{}, 'name: Required'],
    [{ name: '' }, 'name: Must not be empty'],
    [{ name: 'x'.repeat(256) }, 'name: Must have at most 255 characters'],
    [{ name: 'X', description: 'x'.repeat(2001) }, 'description: Must have at most 2000 characters'],
    [{ name: 'X', templateId: 'blank' }, 'templateId: Must be a UUID'],
  ])('is refused as %.50j', async (form, issue) => {
    const { createProject } = await scene()
    expect(issues(await createProject(form))).toEqual([422, issue])
  })
})

describe('an invitation', () => {
  it('makes somebody new a member, who then claims the account by a reset', async () => {
    const { invite, ask, mailsTo, signIn } = await scene()
    const { status, body, headers } = await invite({ email: 'Annie@example.org', role: 'member' })
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store'])
    expect(body).toEqual({
      id: uuid,
      email: 'annie@example.org',
      role: 'member',
      invitedAt: expect.any(String),
    })
    expect((await signIn('annie@example.org', '')).status).toBe(422)
    expect((await signIn('annie@example.org', 'guess')).status).toBe(401)

    await ask('POST', '/api/auth/forgot-password', { email: 'annie@example.org' })
    const token = (await mailsTo('annie@example.org')).at(-1)?.tokens[0]
    await ask('POST', '/api/auth/reset-password', { token, newPassword: 'swallow-the-machine' })
    const { session, user } = (await signIn('annie@example.org', 'swallow-the-machine')).body
    expect(user.name).toBe('annie')
    const current = await ask('GET', '/api/auth/session', undefined, { bearer: session.token })
    expect(current.body).toMatchObject({ organizationId: ids.analyticalEngines, role: 'member' })
  })

  it('lets somebody in who has an account, and does not tell that they have', async () => {
    const { invite, ask } = await scene()
    const known = await invite({ email: 'mary@example.org', role: 'admin' })
    const unknown = await invite({ email: 'nobody@example.org', role: 'admin' })
    const shape = ({ status, body }: typeof known) => [status, Object.keys(body), typeof body.id]
    expect(shape(known)).toEqual(shape(unknown))
    expect(JSON.stringify(known.body)).not.toContain(ids.mary)
    const path = `${paths.keys}/${ids.trial}`
    expect((await ask('DELETE', path, undefined, { bearer: tokens.mary })).status).toBe(204)
  })

  it('trims the email of an invitation', async () => {
    const { invite } = await scene()
    expect((await invite({ email: ' Annie@example.org\n', role: 'member' })).body.email).toBe(
      'annie@example.org',
    )
    expect(told(await invite({ email: ' charles@example.org ', role: 'member' }))[1]).toBe('ALREADY_MEMBER')
  })

  it('leaves a member’s role as it was', async () => {
    const { invite, ask } = await scene()
    expect(told(await invite({ email: 'charles@example.org', role: 'admin' }))).toEqual([
      409,
      'ALREADY_MEMBER',
      'This person is already a member of the organization',
    ])
    const session = await ask('GET', '/api/auth/session', undefined, { bearer: tokens.charles })
    expect(session.body.role).toBe('member')
  })

  it('counts once, however often it is sent at once', async () => {
    const { invite, store } = await scene()
    const answers = await Promise.all(times(20, () => invite({ email: 'annie@example.org', role: 'member' })))
    expect(tally(answers)).toEqual({ 201: 1, 409: 19 })
    expect(await store.count('users', { email: 'annie@example.org' })).toBe(1)
  })

  it('is up to admins of the organization', async () => {
    const { invite } = await scene()
    const form = { email: 'annie@example.org', role: 'admin' }
    expect(told(await invite(form, tokens.charles))).toEqual(forbidden('Admin access required'))
    expect(told(await invite(form, keys.pipeline))).toEqual(forbidden('API keys cannot be used here'))
    for (const organization of [ids.marysOrganization, ids.unknown]) {
      const path = `/api/organizations/${organization}/members`
      expect(told(await invite(form, tokens.ada, path))).toEqual(
        forbidden('Not a member of this organization'),
      )
    }
  })

  it.each([
    [{ email: 'annie', role: 'member' }, 'email: Must be an email address'],
    [{ email: 'annie@example', role: 'member' }, 'email: Must be an email address'],
    [{ email: 'annie@-example.org', role: 'member' }, 'email: Must be an email address'],
    [{ email: `${'a'.repeat(65)}@example.org`, role: 'member' }, 'email: Must be an email address'],
    [{ email: 'annie@example.org', role: 'owner' }, 'role: Must be member or admin'],
    [{ email: 'annie@example.org' }, 'role: Required'],
  ])('is refused as %.50j', async (form, issue) => {
    const { invite } = await scene()
    expect(issues(await invite(form))).toEqual([422, issue])
  })
})
