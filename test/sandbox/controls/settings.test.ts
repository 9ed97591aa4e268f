import { describe, expect, it } from 'vitest'
import { mina } from '../../server/fake.ts'
import { openSandbox, type TestSandbox } from '../../support/sandbox.ts'
import { accessTokenOf, errorOf, me, open, signInStatus, signUpAs } from './scene.ts'

describe('the settings', () => {
  const post = async (sandbox: TestSandbox, body: unknown) =>
    errorOf(await sandbox.call('POST', '/__dev/settings', body))

  it('returns only settings that the API supports', async () => {
    expect(await (await open()).control('settings', {})).toEqual({
      passwords: { minLength: 8, requires: [], refuseCommon: false },
      requireVerifiedEmail: false,
      publicProfiles: true,
      fileStorage: true,
      providers: { google: 'available', github: 'available' },
      latency: { delayMs: 0, jitterMs: 0 },
      rateLimits: true,
      limits: expect.objectContaining({ signUp: { max: 3, windowSeconds: 3600 }, failuresByAddress: null }),
      users: [],
    })
  })

  it('applies settings to the next call and keeps omitted ones', async () => {
    const sandbox = await open()
    await sandbox.control('settings', { passwords: { minLength: 30 }, requireVerifiedEmail: true })
    expect((await signUpAs(sandbox, 'new@example.com')).status).toBe(401)
    expect(await signInStatus(sandbox)).toBe(401)
    expect(await sandbox.control('settings', { passwords: { requires: ['digit'] } })).toMatchObject({
      passwords: { minLength: 30, requires: ['digit'], refuseCommon: false },
      requireVerifiedEmail: true,
    })
  })

  it('rejects the first call with a limit of 0, and no call with rateLimits: false', async () => {
    const sandbox = await open()
    await sandbox.control('settings', { limits: { signUp: { max: 0, windowSeconds: 3600 } } })
    expect((await signUpAs(sandbox, 'new@example.com')).status).toBe(429)
    expect(await sandbox.control('settings', { rateLimits: false })).toMatchObject({
      limits: { signUp: { max: 0 } },
    })
    expect((await signUpAs(sandbox, 'new@example.com')).status).toBe(201)
    await sandbox.control('settings', { rateLimits: true })
    expect((await signUpAs(sandbox, 'newer@example.com')).status).toBe(429)
  })

  it('accepts the settings that it returned before a change', async () => {
    const sandbox = await openSandbox('bondmcp')
    const before = await sandbox.control<{ planEntitlements: object }>('settings', {})
    await sandbox.control('settings', { planEntitlements: { free: [] } })
    const { planEntitlements } = before
    expect(await sandbox.control('settings', { planEntitlements })).toMatchObject({ planEntitlements })
  })

  it('changes users by id or email, with immediate effect', async () => {
    const sandbox = await open()
    const token = await accessTokenOf(sandbox)
    const change = (user: object) => sandbox.control('settings', { users: [user] })
    expect(await change({ user: mina.email, status: 'disabled', role: 'admin' })).toMatchObject({
      users: [{ id: mina.id, email: mina.email, status: 'disabled', role: 'admin', plan: null }],
    })
    expect(await me(sandbox, token)).toBe(401)
    await change({ user: mina.id, status: 'active' })
    expect(await me(sandbox, token)).toBe(200)
    await change({ user: mina.id, status: 'deleted' })
    expect(await me(sandbox, token)).toBe(401)
    expect(await signInStatus(sandbox)).toBe(401)
  })

  it.each([
    [{ guests: false }, 400, 'unsupported', 'This API has no setting guests'],
    [{ gusts: false }, 400, 'unsupported', 'This API has no setting gusts'],
    [{ passwords: { minLenght: 9 } }, 400, 'unsupported', 'This API has no setting passwords.minLenght'],
    [{ limits: { nothing: null } }, 400, 'unsupported', 'This API has no limit nothing'],
    [{ providers: { twitter: 'failing' } }, 400, 'unsupported', 'This API has no provider twitter'],
    [
      { users: [{ user: mina.id, role: 'emperor' }] },
      400,
      'unsupported',
      'This API has no role emperor, only user and admin',
    ],
    [{ users: [{ user: mina.id, plan: 'gold' }] }, 400, 'unsupported', 'This API has no plan gold'],
    [
      { users: [{ user: 'nobody@example.com', status: 'disabled' }] },
      404,
      'notFound',
      'No user nobody@example.com found',
    ],
    [{ latency: { delay: 5 } }, 400, 'unsupported', 'This API has no setting latency.delay'],
    [{ latency: { delayMs: -1 } }, 400, 'invalidRequest', 'latency.delayMs must be from 0 to 60000'],
    [{ rateLimits: 'off' }, 400, 'invalidRequest', 'rateLimits must be true or false'],
    [{ users: [{ status: 'disabled' }] }, 400, 'invalidRequest', 'users[0].user is required'],
  ])('rejects %j without changing anything', async (update, status, code, message) => {
    const sandbox = await open()
    const before = await sandbox.control('settings', {})
    const all = {
      requireVerifiedEmail: true,
      ...update,
      users: [{ user: mina.id, status: 'disabled' }, ...(('users' in update && update.users) || [])],
    }
    const response = await post(sandbox, all)
    if (!message.startsWith('users[')) expect(response).toEqual([status, { code, message }])
    expect(await post(sandbox, update)).toEqual([status, { code, message }])
    expect(await sandbox.control('settings', {})).toEqual(before)
    expect(await signInStatus(sandbox)).toBe(200)
  })
})

it('shows the original seed after changes to users', async () => {
  const sandbox = await open()
  const seed = await sandbox.control('seed')
  expect(seed).toMatchObject({
    users: [{ email: mina.email, password: mina.password }],
    apiKeys: [],
    tokens: [],
  })
  await sandbox.control('settings', { users: [{ user: mina.email, status: 'deleted' }] })
  expect(await sandbox.control('seed')).toEqual(seed)
})
