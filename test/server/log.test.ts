import { describe, expect, it } from 'vitest'
import { key, mina } from './fake.ts'
import { credentials, openFake, signIn } from './fake-server.ts'

describe('request ids', () => {
  it('repeats the request id of the client in the response and the log', async () => {
    const sandbox = await openFake()
    const response = await sandbox.call('POST', signIn, credentials, { ...key, 'x-request-id': 'mine-1' })
    expect(response.headers.get('x-request-id')).toBe('mine-1')
    expect(
      sandbox.lines.filter(({ requestId }) => requestId === 'mine-1').map(({ message }) => message),
    ).toEqual(['audit', 'request'])
  })

  it.each(['', 'a b', 'x'.repeat(65), '<script>', 'a"b'])(
    'replaces the invalid request id "%s"',
    async (sent) => {
      const response = await (await openFake()).call('POST', signIn, credentials, {
        ...key,
        'x-request-id': sent,
      })
      expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/)
    },
  )

  it('creates a different id for each request', async () => {
    const sandbox = await openFake()
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await sandbox.call('GET', '/healthz')).headers.get('x-request-id')),
    )
    expect(new Set(ids).size).toBe(3)
  })
})

describe('the log', () => {
  it('writes one line per request without its query, body and credentials', async () => {
    const sandbox = await openFake()
    await sandbox.call(
      'POST',
      `${signIn}?token=query-secret`,
      { ...credentials, password: 'body-secret' },
      {
        ...key,
        authorization: 'Bearer header-secret',
      },
    )
    const lines = sandbox.lines.filter(({ message }) => message === 'request')
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'request',
        requestId: expect.any(String),
        method: 'POST',
        path: signIn,
        operationId: 'signIn',
        status: 401,
        ms: expect.any(Number),
        address: '192.0.2.1',
      },
    ])
    expect(JSON.stringify(sandbox.lines)).not.toMatch(/secret|pk_0/)
  })

  it('writes an audit line with user, IP address and outcome for each attempt to sign in', async () => {
    const sandbox = await openFake()
    await sandbox.call('POST', signIn, credentials, key)
    await sandbox.call('POST', signIn, { ...credentials, password: 'wrong' }, key)
    const about = {
      event: 'signIn',
      realm: '',
      address: '192.0.2.1',
      requestId: expect.stringMatching(/^req_/),
    }
    expect(sandbox.lines.filter(({ message }) => message === 'audit')).toMatchObject([
      { ...about, outcome: 'succeeded', reason: null, userId: mina.id },
      { ...about, outcome: 'refused', reason: 'invalidCredentials' },
    ])
  })
})
