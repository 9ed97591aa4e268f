import { describe, expect, it } from 'vitest'
import { countStatuses, errorOf, ids, issues, keys, openFactory, paths, times, tokens } from './support.ts'

const forbidden = (message: string) => [403, 'FORBIDDEN', message]
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)

async function setUp() {
  const factory = await openFactory()
  const { ask } = factory
  return {
    ...factory,
    createProject: (form: object, bearer = tokens.ada, path = paths.projects) =>
      ask('POST', path, form, { bearer }),
    invite: (form: object, { bearer = tokens.ada, path = paths.members, address = '192.0.2.1' } = {}) =>
      ask('POST', path, form, { bearer, address }),
    accept: (token: string, bearer: string) =>
      ask('POST', '/api/auth/accept-invitation', { token }, { bearer }),
  }
}

describe('creating a project', () => {
  it('lets every member create a project, with a unique slug', async () => {
    const { createProject } = await setUp()
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

  it('gives concurrent projects of the same name unique slugs', async () => {
    const { createProject } = await setUp()
    const responses = await Promise.all(times(10, () => createProject({ name: 'Silver Lady' })))
    expect(countStatuses(responses)).toEqual({ 201: 10 })
    expect(new Set(responses.map(({ body }) => body.slug)).size).toBe(10)
  })

  it('rejects projects in other and unknown organizations with the same 403', async () => {
    const { createProject } = await setUp()
    for (const organization of [ids.marysOrganization, ids.unknown]) {
      const path = `/api/organizations/${organization}/projects`
      expect(errorOf(await createProject({}, tokens.ada, path))).toEqual(
        forbidden('Not a member of this organization'),
      )
    }
  })

  it('gives earlier API keys of the organization access to a new project', async () => {
    const { createProject, ask } = await setUp()
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
  ])('rejects the invalid project %.50j', async (form, issue) => {
    const { createProject } = await setUp()
    expect(issues(await createProject(form))).toEqual([422, issue])
  })
})

describe('inviting a user', () => {
  it('sends a link, and adds the user once the owner of the email has accepted', async () => {
    const { invite, accept, mailsTo, signUp, ask } = await setUp()
    const { status, body, headers } = await invite({ email: 'Annie@example.org', role: 'member' })
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store'])
    expect(body).toEqual({
      id: uuid,
      email: 'annie@example.org',
      role: 'member',
      invitedAt: expect.any(String),
    })
    const [mail] = await mailsTo('annie@example.org')
    const token = mail?.tokens[0] ?? ''
    expect(mail).toMatchObject({
      kind: 'invitation',
      links: [`https://factory.example.org/accept-invitation?token=${token}`],
    })

    const annie = await signUp('Annie')
    const projects = { method: 'POST', form: { name: 'Silver Lady' } }
    const create = () => ask(projects.method, paths.projects, projects.form, { bearer: annie.token })
    expect((await create()).status).toBe(403)
    const accepted = await accept(token, annie.token)
    expect([accepted.status, accepted.headers.get('cache-control'), accepted.body]).toEqual([
      200,
      'no-store',
      {
        organization: {
          id: ids.analyticalEngines,
          name: 'Analytical Engines',
          slug: 'analytical-engines',
        },
        role: 'member',
      },
    ])
    expect((await create()).status).toBe(201)
    expect(errorOf(await accept(token, annie.token))[1]).toBe('INVALID_TOKEN')
  })

  it('adds no user before the acceptance, and does not reveal whether the email has an account', async () => {
    const { invite, ask, mailsTo } = await setUp()
    const known = await invite({ email: 'mary@example.org', role: 'admin' })
    const unknown = await invite({ email: 'nobody@example.org', role: 'admin' })
    const shape = ({ status, body }: typeof known) => [status, Object.keys(body), typeof body.id]
    expect(shape(known)).toEqual(shape(unknown))
    expect(JSON.stringify(known.body)).not.toContain(ids.mary)
    const path = `${paths.keys}/${ids.trial}`
    expect((await ask('DELETE', path, undefined, { bearer: tokens.mary })).status).toBe(403)
    const text = async (email: string) => (await mailsTo(email)).at(-1)?.text.replace(/token=\S+/, '')
    expect(await text('mary@example.org')).toBe(await text('nobody@example.org'))
  })

  it('O07 rejects an invitation to another email like an unknown one', async () => {
    const { invite, accept, mailsTo } = await setUp()
    await invite({ email: 'annie@example.org', role: 'admin' })
    const token = (await mailsTo('annie@example.org'))[0]?.tokens[0] ?? ''
    const rejected = [400, 'INVALID_TOKEN', 'Invalid or expired token']
    expect(errorOf(await accept(token, tokens.mary))).toEqual(rejected)
    expect(errorOf(await accept('unknown', tokens.mary))).toEqual(rejected)
    expect(errorOf(await accept(token, keys.pipeline))[0]).toBe(401)
  })

  it('A06 limits the invitations of one organization and to one recipient', async () => {
    const { invite, mailsTo } = await setUp()
    const toOne = await Promise.all(times(8, () => invite({ email: 'annie@example.org', role: 'member' })))
    expect(countStatuses(toOne)).toEqual({ 201: 5, 429: 3 })
    expect(await mailsTo('annie@example.org')).toHaveLength(5)
    const toMany = await Promise.all(
      times(200, (index) =>
        invite({ email: `user${index}@example.org`, role: 'member' }, { address: `192.0.2.${index}` }),
      ),
    )
    // All 8 attempts count for the organization: over its limit, it cannot use up the limits of recipients.
    expect(countStatuses(toMany)).toEqual({ 201: 42, 429: 158 })
  })

  it('trims the email of an invitation', async () => {
    const { invite } = await setUp()
    expect((await invite({ email: ' Annie@example.org\n', role: 'member' })).body.email).toBe(
      'annie@example.org',
    )
    expect(errorOf(await invite({ email: ' charles@example.org ', role: 'member' }))[1]).toBe(
      'ALREADY_MEMBER',
    )
  })

  it('rejects the invitation of a member and does not change the role', async () => {
    const { invite, ask } = await setUp()
    expect(errorOf(await invite({ email: 'charles@example.org', role: 'admin' }))).toEqual([
      409,
      'ALREADY_MEMBER',
      'This person is already a member of the organization',
    ])
    const session = await ask('GET', '/api/auth/session', undefined, { bearer: tokens.charles })
    expect(session.body.role).toBe('member')
  })

  it('rejects invitations by callers who are not admins of the organization', async () => {
    const { invite } = await setUp()
    const form = { email: 'annie@example.org', role: 'admin' }
    expect(errorOf(await invite(form, { bearer: tokens.charles }))).toEqual(
      forbidden('Admin access required'),
    )
    expect(errorOf(await invite(form, { bearer: keys.pipeline }))).toEqual(
      forbidden('API keys cannot be used here'),
    )
    for (const organization of [ids.marysOrganization, ids.unknown]) {
      const path = `/api/organizations/${organization}/members`
      expect(errorOf(await invite(form, { path }))).toEqual(forbidden('Not a member of this organization'))
    }
  })

  it.each([
    [{ email: 'annie', role: 'member' }, 'email: Must be an email address'],
    [{ email: 'annie@example', role: 'member' }, 'email: Must be an email address'],
    [{ email: 'annie@-example.org', role: 'member' }, 'email: Must be an email address'],
    [{ email: `${'a'.repeat(65)}@example.org`, role: 'member' }, 'email: Must be an email address'],
    [{ email: 'annie@example.org', role: 'owner' }, 'role: Must be member or admin'],
    [{ email: 'annie@example.org' }, 'role: Required'],
  ])('rejects the invalid invitation %.50j', async (form, issue) => {
    const { invite } = await setUp()
    expect(issues(await invite(form))).toEqual([422, issue])
  })
})
