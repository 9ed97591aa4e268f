import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { contractUrl } from '../../../generated/index.ts'
import type { Document } from '../../../src/openapi/document.ts'
import { endpointsOf } from '../../../src/openapi/operations.ts'
import { resolveRef } from '../../../src/openapi/resolve-ref.ts'
import { openSandbox } from '../../support/sandbox.ts'

const key = { 'x-api-key': `pk_${'0123456789abcdef'.repeat(4)}` }
const mina = { method: 'password', email: 'user@example.com', password: 'password123' }

/** Opens a sandbox, and sends requests from any IP address. */
async function openScene() {
  const sandbox = await openSandbox('bkend')
  async function post(path: string, body: object, { ip = '192.0.2.1', headers = {} } = {}) {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...key, ...headers },
      body: JSON.stringify(body),
    }
    const request = new Request(`${sandbox.publicUrl}/v1/auth/${path}`, init)
    const response = await sandbox.fetch(request, { ip })
    const { error } = (await response.clone().json()) as { error?: { code: string } }
    return { response, result: error?.code ?? response.status }
  }
  const signIn = async (change: object = {}, ip?: string) =>
    (await post('email/signin', { ...mina, ...change }, { ...(ip !== undefined && { ip }) })).result
  let signUps = 0
  const signUp = async (change: object = {}, ip?: string) => {
    signUps += 1
    const person = {
      method: 'password',
      email: `new${signUps}@example.com`,
      password: 'Corr3ct-Horse!',
      name: 'New',
    }
    return (await post('email/signup', { ...person, ...change }, { ...(ip !== undefined && { ip }) })).result
  }
  return { ...sandbox, post, signIn, signUp }
}

/** Repeats an action one after the other. */
async function repeat<Result>(times: number, action: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (let round = 0; round < times; round++) results.push(await action())
  return results
}

it('allows 30 attempts to sign in with a provider per minute and IP address', async () => {
  const { call, control } = await openSandbox('bkend')
  const redirect = encodeURIComponent('https://app.example.com/auth/callback')
  const start = () => call('GET', `/v1/auth/google/authorize?redirect=${redirect}`, undefined, key)
  const responses = await Promise.all(Array.from({ length: 40 }, start))
  const statuses = responses.map(({ status }) => status).sort()
  expect(statuses).toEqual([...Array(30).fill(200), ...Array(10).fill(429)])
  const rejected = responses.find(({ status }) => status === 429)
  expect(await rejected?.json()).toMatchObject({ error: { code: 'auth/too-many-requests' } })
  expect(rejected?.headers.get('x-ratelimit-limit')).toBe('30')
  await control('clock', { advanceSeconds: Number(rejected?.headers.get('retry-after')) })
  expect((await start()).status).toBe(200)
})

it('allows 3 new accounts per hour and IP address', async () => {
  const { signUp, control } = await openScene()
  const statuses = await Promise.all(Array.from({ length: 6 }, () => signUp()))
  expect(statuses.sort()).toEqual([201, 201, 201, ...Array(3).fill('auth/too-many-requests')])
  expect(await signUp({}, '198.51.100.7')).toBe(201)
  await control('clock', { advanceSeconds: 3601 })
  expect(await signUp()).toBe(201)
})

it('does not count failed sign-ups towards the 3 accounts', async () => {
  const { signUp, control } = await openScene()
  await control('settings', { passwords: { refuseCommon: true } })
  const passwords = { 'seven-7': 'auth/invalid-password-format', qwertyuiop: 'auth/weak-password' }
  for (const [password, code] of Object.entries(passwords))
    expect(await repeat(4, () => signUp({ password }))).toEqual(Array(4).fill(code))
  expect(await repeat(4, () => signUp({ email: mina.email }))).toEqual(
    Array(4).fill('auth/email-already-exists'),
  )
  expect(await repeat(4, () => signUp())).toEqual([201, 201, 201, 'auth/too-many-requests'])
})

it('rejects all sign-ups from an IP address after 5 taken emails in an hour', async () => {
  const { signUp, control } = await openScene()
  const taken = await repeat(6, () => signUp({ email: mina.email }))
  expect(taken).toEqual([...Array(5).fill('auth/email-already-exists'), 'auth/too-many-requests'])
  expect(await signUp()).toBe('auth/too-many-requests')
  expect(await signUp({}, '198.51.100.7')).toBe(201)
  await control('clock', { advanceSeconds: 3601 })
  expect(await signUp()).toBe(201)
})

it('blocks one account for one IP address after 5 failed sign-ins, and no other account', async () => {
  const { signIn, control } = await openScene()
  const attempts = await repeat(6, () => signIn({ password: 'wrong' }))
  expect(attempts).toEqual([...Array(5).fill('auth/invalid-credentials'), 'auth/too-many-login-attempts'])
  expect(await signIn()).toBe('auth/too-many-login-attempts')
  expect(await signIn({ email: 'sora@example.com', password: 'violet-harbor-41' })).toBe(200)
  await control('clock', { advanceSeconds: 15 * 60 + 1 })
  expect(await signIn()).toBe(200)
})

it('locks an account after 5 failed sign-ins from several IP addresses, except where its user has signed in', async () => {
  const { signIn } = await openScene()
  expect(await signIn()).toBe(200)
  let last = 0
  const attempts = await repeat(6, () => signIn({ password: 'wrong' }, `198.51.100.${++last}`))
  expect(attempts).toEqual([...Array(5).fill('auth/invalid-credentials'), 'auth/account-locked'])
  expect(await signIn({}, '198.51.100.99')).toBe('auth/account-locked')
  expect(await signIn()).toBe(200)
  // A successful sign-in resets the counter of the account.
  expect(await signIn({}, '198.51.100.99')).toBe(200)
})

it('counts wrong current passwords and wrong MFA codes as failed sign-ins, but not missing codes', async () => {
  const { signIn, post } = await openScene()
  const tomas = { email: 'tomas@example.com', password: 'granite-meadow-23' }
  expect(await repeat(6, () => signIn(tomas))).toEqual(Array(6).fill('auth/mfa-required'))
  const codes = await repeat(6, () => signIn({ ...tomas, mfaCode: '000000' }))
  expect(codes).toEqual([...Array(5).fill('auth/invalid-mfa-code'), 'auth/too-many-login-attempts'])

  const { response } = await post('email/signin', mina)
  const { accessToken } = (await response.json()) as { accessToken: string }
  const headers = { authorization: `Bearer ${accessToken}` }
  const body = { currentPassword: 'wrong', newPassword: 'amber-compass-64' }
  const changes = await repeat(6, async () => (await post('password/change', body, { headers })).result)
  expect(changes).toEqual([...Array(5).fill('auth/invalid-password'), 'auth/too-many-login-attempts'])
  expect(await signIn()).toBe('auth/too-many-login-attempts')
})

it('declares the rate limit headers on every response, and sends them with every error', async () => {
  const document: Document = JSON.parse(await readFile(contractUrl('bkend'), 'utf8'))
  const undeclared = endpointsOf(document).flatMap(({ operation: { operationId, responses = {} } }) =>
    Object.entries(responses)
      .filter(([, response]) => !resolveRef(document, response).headers?.['X-RateLimit-Remaining'])
      .map(([status]) => `${operationId} ${status}`),
  )
  expect(undeclared).toEqual([])

  const { call } = await openSandbox('bkend')
  const signIn = (body: unknown, headers: Record<string, string> = key) =>
    call('POST', '/v1/auth/email/signin', body, headers)
  const responses = [
    await signIn(mina, {}),
    await signIn({}),
    await signIn({ ...mina, password: 'wrong' }),
    await signIn(mina, { ...key, 'content-type': 'text/plain' }),
    await signIn({ ...mina, password: 'x'.repeat(70_000) }),
    await call('GET', '/v1/auth/me', undefined, key),
  ]
  expect(responses.map(({ status }) => status)).toEqual([401, 400, 401, 415, 413, 401])
  const remaining = responses.map(({ headers }) => Number(headers.get('x-ratelimit-remaining')))
  expect(remaining).toEqual([599, 598, 597, 596, 595, 594])
})
