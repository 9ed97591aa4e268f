import { describe, expect, it } from 'vitest'
import { countStatuses, errorOf, issues, openFactory, paths, times, tokens } from './support.ts'

const grace = {
  email: 'grace@example.org',
  password: 'nanoseconds-of-wire-30',
  name: 'Grace Hopper',
  organizationName: 'Compiler Works',
}

describe('signing up', () => {
  it('creates an organization with the user as admin, and a session, at sign-up', async () => {
    const { ask } = await openFactory()
    const { body, headers } = await ask('POST', '/api/auth/signup', grace)
    expect(headers.get('cache-control')).toBe('no-store')
    const session = await ask('GET', '/api/auth/session', undefined, { bearer: body.session.token })
    expect(session.body).toMatchObject({ organizationId: body.organization.id, role: 'admin' })
    const path = `/api/organizations/${body.organization.id}/api-keys`
    expect((await ask('GET', path, undefined, { bearer: body.session.token })).body).toEqual({ apiKeys: [] })
  })

  it('stores the email in lower case and rejects it in any other case as taken', async () => {
    const { ask } = await openFactory()
    const { body } = await ask('POST', '/api/auth/signup', { ...grace, email: 'Grace@EXAMPLE.org' })
    expect(body.user.email).toBe('grace@example.org')
    expect(errorOf(await ask('POST', '/api/auth/signup', { ...grace, email: 'gRACE@example.org' }))[1]).toBe(
      'EMAIL_EXISTS',
    )
  })

  it.each([
    ' grace@example.org',
    'grace@example.org ',
    '\t Grace@Example.ORG\r\n',
    '\u00a0grace@example.org',
  ])('accepts the padded email %j and stores it without the padding', async (email) => {
    const { ask, signIn } = await openFactory()
    const { status, body } = await ask('POST', '/api/auth/signup', { ...grace, email })
    expect([status, body.user.email]).toEqual([201, 'grace@example.org'])
    expect((await signIn(email, grace.password)).status).toBe(200)
    expect(errorOf(await ask('POST', '/api/auth/signup', grace))[1]).toBe('EMAIL_EXISTS')
  })

  it('accepts a sign-up with an invited email', async () => {
    const { ask } = await openFactory()
    const form = { email: grace.email, role: 'member' }
    expect((await ask('POST', paths.members, form, { bearer: tokens.ada })).status).toBe(201)
    expect((await ask('POST', '/api/auth/signup', grace)).status).toBe(201)
  })

  it('creates slugs that are unique and never empty', async () => {
    const { ask, settings } = await openFactory()
    await settings({ rateLimits: false })
    const names = ['Analytical Engines', ' -- Analytical  engines!', 'Ünïcode & Söhne', '!!!', '???']
    const slugs: string[] = []
    for (const [index, organizationName] of names.entries()) {
      const form = { ...grace, email: `grace${index}@example.org`, organizationName }
      slugs.push((await ask('POST', '/api/auth/signup', form)).body.organization.slug)
    }
    expect(slugs).toEqual(['analytical-engines-2', 'analytical-engines-3', 'n-code-s-hne', 'org', 'org-2'])
  })

  it('gives organizations of the same name unique slugs in concurrent sign-ups', async () => {
    const { ask, settings } = await openFactory()
    await settings({ rateLimits: false })
    const responses = await Promise.all(
      times(20, (index) => ask('POST', '/api/auth/signup', { ...grace, email: `grace${index}@example.org` })),
    )
    expect(countStatuses(responses)).toEqual({ 201: 20 })
    expect(new Set(responses.map(({ body }) => body.organization.slug)).size).toBe(20)
  })

  it('creates one account in concurrent sign-ups with the same email', async () => {
    const { ask, settings, store } = await openFactory()
    await settings({ rateLimits: false })
    const emails = ['grace@example.org', 'Grace@example.org', 'GRACE@EXAMPLE.ORG']
    const responses = await Promise.all(
      times(30, (index) => ask('POST', '/api/auth/signup', { ...grace, email: emails[index % 3] })),
    )
    expect(countStatuses(responses)).toEqual({ 201: 1, 409: 29 })
    expect(await store.count('organizations', { name: 'Compiler Works' })).toBe(1)
  })

  it('ignores roles, ids and other undeclared fields', async () => {
    const { ask, store } = await openFactory()
    const extra = {
      id: '00000000-0000-4000-8000-000000000000',
      role: 'superadmin',
      emailVerified: true,
      emailVerifiedAt: 1,
      status: 'active',
      organizationRole: 'owner',
      organizationId: 'c33f923d-2d12-4f27-b0f6-0920c5703782',
      isAnonymous: true,
      slug: 'analytical-engines',
      __proto__: { admin: true },
    }
    const { body } = await ask('POST', '/api/auth/signup', { ...grace, ...extra })
    expect(Object.keys(body.user)).toEqual(['id', 'email', 'name'])
    expect(body.user.id).not.toBe(extra.id)
    const user = await store.find('users', { id: body.user.id })
    expect(user).toMatchObject({ emailVerifiedAt: null, role: 'user', profile: {} })
    const session = await ask('GET', '/api/auth/session', undefined, { bearer: body.session.token })
    expect(session.body).toMatchObject({ organizationId: body.organization.id, role: 'admin' })
  })

  it('creates nothing if a sign-up is rejected', async () => {
    const { ask, store, settings } = await openFactory()
    await settings({ passwords: { refuseCommon: true } })
    const before = [await store.count('users', {}), await store.count('organizations', {})]
    await ask('POST', '/api/auth/signup', { ...grace, password: 'password123' })
    await ask('POST', '/api/auth/signup', { ...grace, email: 'ada@example.org' })
    expect([await store.count('users', {}), await store.count('organizations', {})]).toEqual(before)
  })

  it('rejects all sign-ups from an IP address for an hour after 5 conflicts', async () => {
    const { ask, advance } = await openFactory()
    const attempt = (email: string) => ask('POST', '/api/auth/signup', { ...grace, email })
    for (const _ of times(5, () => 0)) expect((await attempt('ada@example.org')).status).toBe(409)
    for (const email of ['ada@example.org', 'free@example.org']) {
      const refused = await attempt(email)
      expect(errorOf(refused)).toEqual([429, 'RATE_LIMITED', 'Too many requests'])
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500)
    }
    await advance(3601)
    expect((await attempt('free@example.org')).status).toBe(201)
  })
})

describe('the email at sign-up', () => {
  it.each([
    'joan',
    'joan@',
    '@example.org',
    'joan@example',
    'joan @example.org',
    'joan@ example.org',
    'joan@example.org,ada@example.org',
    'joan@example.org;ada@example.org',
    'Joan <joan@example.org>',
    '"joan@evil.example x"@example.org',
    'joan＠example.org',
    'joan@exämple.org',
    'jöan@example.org',
    'joan@example.org\r\nBcc: ada@example.org',
    'joan@exam\0ple.org',
    'joan..clarke@example.org',
    'joan@-example.org',
    `${'j'.repeat(65)}@example.org`,
  ])('rejects the email %j', async (email) => {
    const { ask } = await openFactory()
    const response = await ask('POST', '/api/auth/signup', { ...grace, email })
    expect([response.status, response.body.error.details.issues[0].path]).toEqual([422, 'email'])
  })
})

describe('the password at sign-up', () => {
  const attempt = async (password: string, passwords: object = {}) => {
    const { ask, settings } = await openFactory()
    await settings({ passwords })
    return issues(await ask('POST', '/api/auth/signup', { ...grace, password }))
  }

  it.each([
    ['8 emoji', '🐝🐞🦋🐛🐜🪲🪳🦟'],
    ['a passphrase with spaces', 'a moth in relay number seventy'],
    ['128 characters', 'moth'.repeat(32)],
    ['letters of one case', 'amothwasinarelay'],
  ])('accepts %s as a password', async (_, password) => {
    expect(await attempt(password)).toEqual([201])
  })

  it.each([
    ['7 emoji', '🐝🐞🦋🐛🐜🪲🪳', 'Must have at least 8 characters'],
    ['129 characters', 'x'.repeat(129), 'Must have at most 128 characters'],
    ['8 code points that are 4 letters', 'é'.normalize('NFD').repeat(4), 'Must have at least 8 characters'],
    ['text with NUL', 'relay\0number', 'Must not contain NUL or unpaired surrogates'],
  ])('rejects %s as a password', async (_, password, message) => {
    expect(await attempt(password)).toEqual([422, `password: ${message}`])
  })

  it('rejects a password with unpaired surrogates', async () => {
    const { ask } = await openFactory()
    const body = JSON.stringify(grace).replace('nanoseconds-of-wire-30', String.raw`\ud800-of-wire-30`)
    expect(issues(await ask('POST', '/api/auth/signup', body))).toEqual([
      422,
      'password: Must not contain NUL or unpaired surrogates',
    ])
  })

  it('matches a password regardless of Unicode composition', async () => {
    const { ask } = await openFactory()
    const password = 'caché-über-alles'
    await ask('POST', '/api/auth/signup', { ...grace, password: password.normalize('NFD') })
    const { status } = await ask('POST', '/api/auth/signin', {
      email: grace.email,
      password: password.normalize('NFC'),
    })
    expect(status).toBe(200)
  })

  it('compares all characters of a long password', async () => {
    const { ask } = await openFactory()
    const password = 'n'.repeat(99)
    await ask('POST', '/api/auth/signup', { ...grace, password: `${password}1` })
    const response = await ask('POST', '/api/auth/signin', { email: grace.email, password: `${password}2` })
    expect(response.status).toBe(401)
  })

  it('applies the password rules of the operator at sign-up', async () => {
    expect(await attempt('password123', { refuseCommon: true })).toEqual([422, 'password: Is too common'])
    expect(await attempt('moth-in-relay', { minLength: 14 })).toEqual([
      422,
      'password: Must have at least 14 characters',
    ])
    expect(await attempt('moth-in-relay', { requires: ['digit'] })).toEqual([
      422,
      'password: Must have more kinds of characters',
    ])
  })
})

describe('the body of a sign-up', () => {
  it('reports all violations of a sign-up at once', async () => {
    const { ask } = await openFactory()
    const response = await ask('POST', '/api/auth/signup', { email: ['a@b.io'], password: 8, name: '' })
    expect(issues(response)).toEqual([
      422,
      'email: Must be a string',
      'password: Must be a string',
      'name: Must not be empty',
      'organizationName: Required',
    ])
  })

  it.each([
    ['name', 'Gra\0ce'],
    ['organizationName', 'Compiler\0Works'],
  ])('rejects NUL in %s at sign-up', async (field, value) => {
    const { ask } = await openFactory()
    expect(issues(await ask('POST', '/api/auth/signup', { ...grace, [field]: value }))).toEqual([
      422,
      `${field}: Must not contain NUL or unpaired surrogates`,
    ])
  })

  it('stores names that look like code without changing them', async () => {
    const { ask } = await openFactory()
    const name = `'; DROP TABLE users; -- \${7*7} {{7*7}} <script>\r\nSet-Cookie: a=b %s`
    const { body } = await ask('POST', '/api/auth/signup', { ...grace, name, organizationName: name })
    expect([body.user.name, body.organization.name]).toEqual([name, name])
    expect((await ask('GET', '/api/auth/session', undefined, { bearer: tokens.ada })).status).toBe(200)
  })
})
