import { describe, expect, it } from 'vitest'
import type { TestSandbox } from '../../support/sandbox.ts'
import { errorOf, open } from './scene.ts'

describe('a consent', () => {
  const authorize = async (sandbox: TestSandbox) => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'simulator',
      redirect_uri: 'http://localhost:3000/back',
      state: 'the-state',
      scope: 'email',
    })
    const response = await sandbox.call('GET', `/__oauth/google/authorize?${query}`)
    expect(response.status).toBe(302)
    return String(response.headers.get('location'))
  }

  it('lists a consent once its page is opened', async () => {
    const sandbox = await open()
    const page = await authorize(sandbox)
    expect(page).toMatch(new RegExp(`^${sandbox.publicUrl}/__oauth/consents/`))
    const pageResponse = await sandbox.fetch(new Request(page))
    expect([pageResponse.status, pageResponse.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ])
    expect(await sandbox.control('oauth')).toMatchObject({
      consents: [{ provider: 'google', redirectUri: 'http://localhost:3000/back', state: 'the-state' }],
      accounts: expect.arrayContaining([
        expect.objectContaining({ email: 'leo@example.com' }),
        expect.objectContaining({ email: null }),
      ]),
    })
  })

  it.each(['100000000001', 'leo@example.com', 'dana@example.com'])(
    'approves a consent once, as %s',
    async (account) => {
      const sandbox = await open()
      await authorize(sandbox)
      const decision = { consent: 'the-state', decision: 'approve', account }
      const { redirectTo } = await sandbox.control<{ redirectTo: string }>('oauth', decision)
      expect(redirectTo).toMatch(/^http:\/\/localhost:3000\/back\?code=.+&state=the-state/)
      expect((await sandbox.call('POST', '/__dev/oauth', decision)).status).toBe(404)
    },
  )

  it('denies a consent', async () => {
    const sandbox = await open()
    await authorize(sandbox)
    const { redirectTo } = await sandbox.control<{ redirectTo: string }>('oauth', {
      consent: 'the-state',
      decision: 'deny',
    })
    expect(redirectTo).toContain('error=access_denied')
  })

  it('delays the decision of a slow provider', async () => {
    const sandbox = await open()
    await authorize(sandbox)
    const started = performance.now()
    await sandbox.control('oauth', { consent: 'the-state', decision: 'deny', delayMs: 300 })
    expect(performance.now() - started).toBeGreaterThanOrEqual(299)
    const tooLate = { consent: 'the-state', decision: 'deny', delayMs: 60_001 }
    expect(await errorOf(await sandbox.call('POST', '/__dev/oauth', tooLate))).toEqual([
      400,
      { code: 'invalidRequest', message: 'delayMs must be from 1 to 60000' },
    ])
  })

  it('requires a known account or an email to approve', async () => {
    const sandbox = await open()
    await authorize(sandbox)
    const approve = { consent: 'the-state', decision: 'approve' }
    expect(await errorOf(await sandbox.call('POST', '/__dev/oauth', approve))).toEqual([
      400,
      expect.objectContaining({ message: 'account is required to approve' }),
    ])
    expect(
      await errorOf(await sandbox.call('POST', '/__dev/oauth', { ...approve, account: '999999999999' })),
    ).toEqual([404, expect.objectContaining({ code: 'notFound' })])
  })
})
