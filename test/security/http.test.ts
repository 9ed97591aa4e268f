import { describe, expect, it, onTestFinished } from 'vitest'
import type { ResponseData } from '../../src/conformance/exchange.ts'
import { update } from '../../src/core/store.ts'
import { header, type ReceivedMail, startSmtpServer } from '../adapters/smtp-server.ts'
import { casesWith, openTestServer } from './test-server.ts'

describe.each(casesWith())('$name', (testCase) => {
  const setUp = async () => {
    const subject = await openTestServer(testCase)
    const person = { email: 'input@example.net', password: 'a fine passphrase', name: 'Input' }
    return { ...subject, person, sent: subject.signUp(person) }
  }
  /** Expects an error in the format of the API, without internal details. */
  const expectApiError = ({ headers, body, text }: ResponseData) => {
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(body).toHaveProperty('error')
    expect(text).not.toMatch(/zod|sqlite|hono|node_modules|\bat \/|stack/i)
  }

  it('I01 rejects bodies over the limit', async () => {
    const { send, sent } = await setUp()
    const body = JSON.stringify({ ...(sent.body as object), padding: 'x'.repeat(65 * 1024) })
    const response = await send({ ...sent, body })
    expect(response.status).toBe(413)
    expectApiError(response)
  })

  it('I02 handles deep nesting, duplicate keys and __proto__ safely', async () => {
    const { send, sent, statuses, isAuthenticated, createAccount } = await setUp()
    const deep = await send({ ...sent, body: `{"email":${'['.repeat(30_000)}${']'.repeat(30_000)}}` })
    expect([statuses.invalidField, statuses.rejectedValue]).toContain(deep.status)
    expectApiError(deep)
    const doubled = JSON.stringify(sent.body).replace('{', '{"email":"first@example.net",')
    const response = await send({ ...sent, body: doubled })
    expect(response.status).toBe(statuses.signedUp)
    expect((await send(sent)).status).toBe(statuses.taken)
    const polluted = JSON.stringify({ ...(sent.body as object), email: 'proto@example.net' }).replace(
      '{',
      '{"__proto__":{"role":"admin","status":200},"constructor":{"prototype":{"role":"admin"}},',
    )
    await send({ ...sent, body: polluted })
    expect(({} as { role?: string }).role).toBeUndefined()
    const { access } = await createAccount()
    expect(await isAuthenticated(access)).toBe(true)
  })

  it.each([
    ['text/plain', '{}'],
    ['application/x-www-form-urlencoded', 'email=a%40b.io&password=x'],
    ['application/xml', '<email>a@b.io</email>'],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('I03 rejects a body of type %s', async (type, body) => {
    const { send, sent, statuses } = await setUp()
    const response = await send({ ...sent, body, headers: { ...sent.headers, 'content-type': type } })
    expect(response.status).toBe(statuses.mediaType)
    expectApiError(response)
  })

  it.each(['', '{', 'null', '[]', '"text"', '{"email":', '\ufeff{}'])(
    'I03 rejects the body %j',
    async (body) => {
      const { send, sent, statuses } = await setUp()
      const response = await send({ ...sent, body })
      expect([statuses.malformed, statuses.invalidField]).toContain(response.status)
      expectApiError(response)
    },
  )

  it.each([[['a@b.io']], [{ $ne: null }], [12], [true], [null]])(
    'I04 rejects %j as an email and as a password',
    async (value) => {
      const { send, sent, statuses, signIn, seeded } = await setUp()
      const signInRequest = signIn(seeded.withPassword)
      for (const [request, member] of [
        [sent, 'email'],
        [sent, 'password'],
        [signInRequest, 'email'],
        [signInRequest, 'password'],
      ] as const) {
        const response = await send({ ...request, body: { ...(request.body as object), [member]: value } })
        expect([statuses.invalidField, statuses.malformed]).toContain(response.status)
        expectApiError(response)
      }
    },
  )

  it('I04 ignores privileged fields at sign-up', async () => {
    const { send, sent, person, store, statuses } = await setUp()
    const wanted = {
      id: '00000000-0000-4000-8000-000000000000',
      role: 'admin',
      roles: ['admin'],
      accesses: ['superadmin'],
      plan: 'enterprise',
      status: 'active',
      emailVerified: true,
      email_verified: true,
      emailVerifiedAt: 1,
      organizationId: 'c33f923d-2d12-4f27-b0f6-0920c5703782',
      organizationRole: 'admin',
      isAnonymous: false,
      realm: 'elsewhere',
      permissions: ['read'],
    }
    const plain = await send(sent)
    const privileged = await send({
      ...sent,
      body: { ...(sent.body as object), ...wanted, email: 'privileged@example.net' },
    })
    expect([plain.status, privileged.status]).toEqual([statuses.signedUp, statuses.signedUp])
    const [modest, grown] = [
      await store.find('users', { email: person.email }),
      await store.find('users', { email: 'privileged@example.net' }),
    ]
    for (const name of ['role', 'plan', 'emailVerifiedAt', 'status', 'realm', 'provider'] as const)
      expect([name, grown?.[name]]).toEqual([name, modest?.[name]])
    expect(grown?.id).not.toBe(wanted.id)
  })

  it.each([
    ["Robert'); DROP TABLE users;--"],
    ['{{7*7}} <%= 7*7 %> #{7*7}'],
    ['%s%n%x'],
    ['<script>alert(1)</script>'],
    ['Mallory\r\nBcc: others@example.net'],
    ['\u202emalory'],
  ])('I05 treats the name %j as plain text', async (name) => {
    const { send, signUp, store, statuses, lines, mailsTo } = await setUp()
    const email = 'text@example.net'
    const response = await send(signUp({ email, password: 'a fine passphrase', name }))
    expect([statuses.signedUp, statuses.rejectedValue]).toContain(response.status)
    expect(await store.count('users', {})).toBeGreaterThan(0)
    for (const mail of await mailsTo(email)) expect(mail.text).not.toMatch(/^Bcc:/m)
    expect(lines.filter(({ level }) => level === 'error')).toEqual([])
    expect(await mailsTo('others@example.net')).toEqual([])
  })

  it.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'https://localhost:3000.evil.example',
  ])('B01 sends no CORS headers to the origin %s', async (origin) => {
    const { send, getCurrentUser, sent } = await setUp()
    const responses = [
      await send({ ...getCurrentUser('x'), headers: { origin } }),
      await send({
        method: 'OPTIONS',
        path: sent.path,
        headers: { origin, 'access-control-request-method': 'POST' },
      }),
    ]
    for (const { headers } of responses) {
      expect(headers.get('access-control-allow-origin')).toBeNull()
      // Otherwise a cache could serve the response to another origin.
      expect(headers.get('vary')).toMatch(/origin/i)
    }
  })

  it('B01 allows the declared methods and headers for a trusted origin', async () => {
    const { send, sent } = await setUp()
    const origin = 'http://localhost:3000'
    const { headers } = await send({
      method: 'OPTIONS',
      path: sent.path,
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,authorization',
      },
    })
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headers.get('access-control-allow-headers')).toMatch(/authorization/i)
    expect(headers.get('vary')).toMatch(/origin/i)
  })

  it('B03 sends security headers with every response, including errors', async () => {
    const { send, sent, signIn, seeded, getCurrentUser, control, createAccount } = await setUp()
    const { access } = await createAccount()
    await control('faults', { operationId: 'signIn', status: 500 })
    const responses = [
      await send(signIn(seeded.withPassword)),
      await send(signIn(seeded.withPassword)),
      await send(getCurrentUser(access)),
      await send(getCurrentUser('nothing')),
      await send({ ...sent, body: '{' }),
      await send({ ...sent, body: 'x'.repeat(70_000) }),
      await send({ method: 'GET', path: '/nowhere' }),
      await send({ ...sent, method: 'PUT' }),
    ]
    expect(new Set(responses.map(({ status }) => status)).size).toBeGreaterThan(4)
    for (const { headers } of responses) {
      expect(headers.get('cache-control')).toMatch(/no-store/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toMatch(/no-referrer|strict-origin/)
      expect([headers.get('content-security-policy'), headers.get('x-frame-options')].join()).toMatch(
        /frame-ancestors 'none'|DENY/,
      )
      expect(headers.get('server') ?? headers.get('x-powered-by')).toBeNull()
    }
  })

  it('B03 sends HSTS with every response in production', async () => {
    const publicUrl = 'https://auth.example.com'
    const { send, signUp, getCurrentUser } = await openTestServer(testCase, { mode: 'production', publicUrl })
    const sent = signUp({ email: 'new@example.net', password: 'a fine passphrase', name: 'New' })
    const responses = [
      await send(sent),
      await send(getCurrentUser('nothing')),
      await send({ ...sent, body: '{' }),
      await send({ method: 'GET', path: '/nowhere' }),
      await send({ ...sent, method: 'PUT' }),
    ]
    for (const { headers } of responses)
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=(31536000|[4-9]\d{7,})\b/)
  })

  it('I01 returns 405 with Allow for undeclared methods', async () => {
    const { send, sent } = await setUp()
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const response = await send({ ...sent, method, body: undefined })
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toContain('POST')
      expectApiError(response)
    }
  })
})

describe.each(casesWith().filter(({ adapter }) => adapter.mailTokenSeconds))('$name', (testCase) => {
  it('I05 sends one mail to one recipient even if the name contains headers', async () => {
    const peer = await startSmtpServer()
    onTestFinished(() => peer.stop())
    const { send, signUp, requestReset, store } = await openTestServer(testCase, {
      mail: { smtpUrl: peer.url },
    })
    const email = 'text@example.net'
    const person = { email, password: 'a fine passphrase', name: 'Mallory' }
    await send(signUp(person))
    if (testCase.adapter.requiresVerification) await expect.poll(() => peer.mails.length).toBe(1)
    // Written directly, because the API rejects such names.
    const name = 'Mallory\r\nBcc: others@example.net\r\n\r\nBuy this'
    await store.write([update('users', { email }, { name })])
    const sent = peer.mails.length
    await send(requestReset ? requestReset(email) : testCase.adapter.signIn(person))
    await expect.poll(() => peer.mails.length).toBe(sent + 1)
    const mail = peer.mails.at(-1) as ReceivedMail
    expect(mail.to).toEqual([email])
    expect(header(mail, 'bcc')).toEqual([])
    expect(header(mail, 'to')).toHaveLength(1)
    expect(mail.body).not.toMatch(/^(Bcc:|Buy this)/m)
  })
})

describe.each(casesWith('profile', 'emailIn'))('$name', (testCase) => {
  it('I05 stores only http and https links, which other users open', async () => {
    const { send, createAccount, getCurrentUser, profile, store, statuses } = await openTestServer(testCase)
    const { access, email } = await createAccount()
    const { id } = (await send(getCurrentUser(access))).body
    const setLink = async (site: string, link: string | null) =>
      (await send(profile.update(access, id, { socialLinks: { [site]: link } }))).status
    const stored = async () => (await store.find('users', { email }))?.profile.socialLinks
    for (const site of ['github', 'twitter', 'linkedin'])
      for (const link of [
        'javascript:alert(1)',
        'JavaScript:alert(1)',
        ' javascript:alert(1)',
        'java\nscript:alert(1)',
        'javascript://example.com/%0aalert(1)',
        'data:text/html,<script>alert(1)</script>',
        'vbscript:x',
        'file:///etc/passwd',
        'blob:https://example.com/1',
        'https:example.com',
        '//example.com',
        '',
      ])
        expect([link, await setLink(site, link)]).toEqual([link, statuses.invalidField])
    expect(await stored()).toBeUndefined()
    for (const link of ['http://example.com', 'https://example.com/a?b=c#d', null])
      expect([link, await setLink('github', link)]).toEqual([link, 200])
  })

  it('I04 ignores privileged fields in profile updates', async () => {
    const { send, createAccount, getCurrentUser, profile, store } = await openTestServer(testCase)
    const { access, email } = await createAccount()
    const before = await store.find('users', { email })
    const wanted = {
      ...{ id: '00000000-0000-4000-8000-000000000000', email: 'mine@example.net', role: 'admin' },
      ...{ plan: 'enterprise', status: 'disabled', realm: 'elsewhere', provider: 'google' },
      ...{ emailVerified: true, emailVerifiedAt: 1, passwordHash: 'x', totpSecret: 'x', createdAt: 1 },
    }
    const response = await send(profile.update(access, before?.id ?? '', { name: 'Boss', ...wanted }))
    expect(response.status).toBe(200)
    const { updatedAt, ...after } = (await store.find('users', { email })) ?? {}
    expect({ ...before, name: 'Boss', updatedAt }).toEqual({ ...after, updatedAt })
    expect((await send(getCurrentUser(access))).body.role).toBe(before?.role)
  })
})
