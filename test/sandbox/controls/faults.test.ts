import { describe, expect, it } from 'vitest'
import { accessTokenOf, credentials, errorOf, me, open, signIn, signInStatus } from './scene.ts'

describe('a fault', () => {
  it('replaces the next responses by an example of the contract, before authentication and validation', async () => {
    const sandbox = await open()
    expect(await sandbox.control('faults', { operationId: 'signIn', status: 503, times: 2 })).toEqual({
      faults: [{ operationId: 'signIn', status: 503, example: 'unavailable', times: 2 }],
    })
    const response = await sandbox.call('POST', signIn, {})
    expect([
      response.status,
      response.headers.get('retry-after'),
      (await response.json()).error.code,
    ]).toEqual([503, expect.stringMatching(/^\d+$/), 'common/unavailable'])
    expect([await signInStatus(sandbox), await signInStatus(sandbox)]).toEqual([503, 200])
  })

  it('supports every declared example, and replaces the previous fault of the operation', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: 'signIn', status: 503 })
    await sandbox.control('faults', { operationId: 'signIn', status: 429, example: 'accountLocked' })
    const response = await sandbox.call('POST', signIn, credentials)
    expect([response.status, (await response.json()).error.code]).toEqual([429, 'auth/account-locked'])
    await sandbox.control('faults', { operationId: 'signIn', status: 200 })
    expect((await sandbox.call('POST', signIn, {})).status).toBe(200)
  })

  it('delays the real response if only delayMs is set', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: 'signIn', delayMs: 50 })
    const start = performance.now()
    expect(await signInStatus(sandbox)).toBe(200)
    expect(performance.now() - start).toBeGreaterThan(45)
  })

  it('affects all operations with *, except those with their own fault', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: 'signIn', status: 429 })
    expect(await sandbox.control('faults', { operationId: '*', status: 503, times: 2 })).toEqual({
      faults: [
        { operationId: 'signIn', status: 429, example: 'tooManyAttempts', times: 1 },
        { operationId: '*', status: 503, times: 2 },
      ],
    })
    expect(await signInStatus(sandbox)).toBe(429)
    expect((await sandbox.call('GET', '/v1/auth/me')).status).toBe(503)
    expect(await signInStatus(sandbox)).toBe(503)
    expect(await signInStatus(sandbox)).toBe(200)
  })

  it('leaves out operations without the status or example of a fault of *', async () => {
    const sandbox = await open()
    const token = await accessTokenOf(sandbox)
    await sandbox.control('faults', { operationId: '*', status: 429, example: 'accountLocked' })
    expect(await me(sandbox, token)).toBe(200)
    expect(await signInStatus(sandbox)).toBe(429)
    expect(await sandbox.control('faults', { operationId: '*', times: 0 })).toEqual({ faults: [] })
  })

  it('chooses the first declared status of a class', async () => {
    const sandbox = await open()
    expect(await sandbox.control('faults', { operationId: 'signIn', statusClass: '5XX' })).toEqual({
      faults: [{ operationId: 'signIn', status: 500, example: 'internalError', times: 1 }],
    })
    expect(await signInStatus(sandbox)).toBe(500)
    await sandbox.control('faults', { operationId: '*', statusClass: '4XX', times: 2 })
    expect(await signInStatus(sandbox)).toBe(400)
    expect((await sandbox.call('GET', '/v1/auth/me')).status).toBe(401)
  })

  it('delays every operation with * and a delay', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: '*', delayMs: 50 })
    const start = performance.now()
    expect(await signInStatus(sandbox)).toBe(200)
    expect(performance.now() - start).toBeGreaterThan(45)
  })

  it('lists the faults that are still to come', async () => {
    const sandbox = await open()
    await sandbox.control('faults', { operationId: 'signIn', status: 503, times: 2 })
    await sandbox.control('faults', { operationId: '*', connection: 'truncate' })
    await signInStatus(sandbox)
    expect(await sandbox.control('faults')).toEqual({
      faults: [
        { operationId: 'signIn', status: 503, example: 'unavailable', times: 1 },
        { operationId: '*', connection: 'truncate', times: 1 },
      ],
    })
  })

  it.each([
    [{ operationId: 'signInn', status: 503 }, 404, 'Unknown operation signInn'],
    [{ operationId: '*', status: 418 }, 404, 'No operation declares the status 418'],
    [{ operationId: '*', status: 503, example: 'gone' }, 404, 'The status 503 has no example gone'],
    [{ operationId: 'signIn', statusClass: '3XX' }, 404, 'signIn does not declare the status 3XX'],
    [
      { operationId: 'signIn', status: 503, statusClass: '5XX' },
      400,
      'Send a status or a statusClass, but not both',
    ],
    [{ operationId: 'signIn', statusClass: '6XX' }, 400, 'statusClass must be 2XX, 3XX, 4XX or 5XX'],
    [{ operationId: 'signIn', status: 418 }, 404, 'signIn does not declare the status 418'],
    [
      { operationId: 'signIn', status: 429, example: 'accountLost' },
      404,
      'The status 429 of signIn has no example accountLost',
    ],
    [{ operationId: 'signIn' }, 400, 'Send a status, a statusClass, a connection or a delayMs, or times: 0'],
    [
      { operationId: 'signIn', connection: 'reset', statusClass: '5XX' },
      400,
      'A reset connection has no response. Send no status',
    ],
    [{ operationId: 'signIn', connection: 'slow' }, 400, 'connection must be reset or truncate'],
    [{ operationId: 'signIn', delayMs: 60_001 }, 400, 'delayMs must be from 1 to 60000'],
  ])('rejects the fault %j', async (fault, status, message) => {
    const sandbox = await open()
    expect(await errorOf(await sandbox.call('POST', '/__dev/faults', fault))).toEqual([
      status,
      expect.objectContaining({ message }),
    ])
  })
})
