import { expect, it } from 'vitest'
import { errorOf, issues, keys, openFactory, paths } from './support.ts'

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
const token = expect.stringMatching(/^[0-9a-f]{64}$/)

it('behaves as the vendor’s document says, from top to bottom', async () => {
  const { ask, mailsTo } = await openFactory()

  // POST /api/auth/signup
  const form = {
    email: 'grace@example.org',
    password: 'nanoseconds-of-wire-30',
    name: 'Grace Hopper',
    organizationName: 'Compiler Works',
  }
  const signedUp = await ask('POST', '/api/auth/signup', form)
  expect([signedUp.status, signedUp.body]).toEqual([
    201,
    {
      user: { id: uuid, email: 'grace@example.org', name: 'Grace Hopper' },
      organization: { id: uuid, name: 'Compiler Works', slug: 'compiler-works' },
      session: { token, expiresAt: instant },
    },
  ])
  expect(errorOf(await ask('POST', '/api/auth/signup', form))).toEqual([
    409,
    'EMAIL_EXISTS',
    'An account with this email already exists',
  ])
  expect(issues(await ask('POST', '/api/auth/signup', { ...form, password: '7 chars' }))).toEqual([
    422,
    'password: Must have at least 8 characters',
  ])

  // POST /api/auth/signin
  const { email, password } = form
  const signedIn = await ask('POST', '/api/auth/signin', { email, password })
  const user = { id: signedUp.body.user.id, email, name: 'Grace Hopper', avatarUrl: null }
  expect([signedIn.status, signedIn.body]).toEqual([200, { user, session: { token, expiresAt: instant } }])
  expect(errorOf(await ask('POST', '/api/auth/signin', { email, password: 'wrong' }))).toEqual([
    401,
    'INVALID_CREDENTIALS',
    'Invalid email or password',
  ])

  // POST /api/auth/signout
  const signedOut = await ask('POST', '/api/auth/signout', undefined, { bearer: signedUp.body.session.token })
  expect([signedOut.status, signedOut.body]).toEqual([204, ''])

  // GET /api/auth/session
  const session = await ask('GET', '/api/auth/session', undefined, { bearer: signedIn.body.session.token })
  expect([session.status, session.body]).toEqual([
    200,
    { user, organizationId: signedUp.body.organization.id, role: 'admin' },
  ])
  expect(errorOf(await ask('GET', '/api/auth/session'))).toEqual([
    401,
    'UNAUTHORIZED',
    'Authentication required',
  ])

  // GET /api/auth/oauth/:provider
  const away = await ask('GET', '/api/auth/oauth/github?redirectTo=/projects')
  expect([away.status, new URL(away.headers.get('location') ?? '').pathname]).toEqual([
    302,
    '/__oauth/github/authorize',
  ])
  // GET /api/auth/oauth/:provider/callback
  expect(errorOf(await ask('GET', '/api/auth/oauth/github/callback?code=c&state=s'))[0]).toBe(400)

  // POST /api/auth/forgot-password
  const forgot = await ask('POST', '/api/auth/forgot-password', { email })
  expect([forgot.status, forgot.body]).toEqual([
    200,
    { message: 'If an account exists, a reset email has been sent.' },
  ])

  // POST /api/auth/reset-password
  const [mail] = await mailsTo(email)
  const reset = { token: mail?.tokens[0], newPassword: 'ships-in-port-are-safe' }
  const done = await ask('POST', '/api/auth/reset-password', reset)
  expect([done.status, done.body]).toEqual([200, { message: 'Password reset successfully.' }])
  expect(errorOf(await ask('POST', '/api/auth/reset-password', reset))).toEqual([
    400,
    'INVALID_TOKEN',
    'Invalid or expired token',
  ])

  // API Key Authentication
  const listed = await ask('GET', paths.workOrders, undefined, { bearer: keys.pipeline })
  expect(listed.status).toBe(200)
  const madeUp = await ask('GET', paths.workOrders, undefined, { bearer: 'of-key-xxxxxxxxxxxxx' })
  expect(errorOf(madeUp)).toEqual([401, 'UNAUTHORIZED', 'Authentication required'])
})
