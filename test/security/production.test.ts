import { describe, expect, it } from 'vitest'
import { type Case, casesWith, openTestServer } from './test-server.ts'

const mode = 'production'

const probes = [
  ...['inbox', 'clock', 'reset', 'seed', 'settings', 'faults', 'oauth', 'oauth/decision'].map(
    (name) => `/__dev/${name}`,
  ),
  ...['/__dev', '/__dev/', '/__oauth', '/__oauth/google/authorize', '/__oauth/github/token'],
  ...['/metrics', '/metrics/', '/stats', '/status', '/debug', '/debug/pprof', '/debug/vars', '/trace'],
  ...['/env', '/config', '/.env', '/.git/config', '/package.json', '/actuator', '/actuator/env'],
  ...['/docs', '/openapi.json', '/openapi.yaml', '/swagger', '/swagger.json', '/graphql', '/mails'],
  ...['/mailbox', '/inbox', '/console', '/phpinfo.php', '/server-status', '/test', '/__test'],
]

describe.each(casesWith())('$name', (testCase) => {
  it('L03 serves no test hooks, mail viewer, debug pages or metrics in production', async () => {
    const { send } = await openTestServer(testCase, { mode })
    for (const path of probes)
      for (const method of ['GET', 'POST']) {
        const response = await send({ method, path, ...(method === 'POST' && { body: {} }) })
        expect([method, path, response.status]).toEqual([method, path, 404])
        expect(response.body).toHaveProperty('error')
        expect(JSON.stringify(response.body)).not.toContain('Closest matches')
      }
  })

  it('L03 starts without accounts, keys and organizations in production', async () => {
    const { send, signIn, seeded, store, statuses } = await openTestServer(testCase, { mode })
    for (const table of ['users', 'apiKeys', 'organizations', 'sessions', 'oneTimeTokens'] as const)
      expect([table, await store.count(table, {})]).toEqual([table, 0])
    const { status } = await send(signIn(seeded.withPassword))
    expect(status).not.toBe(statuses.signedIn)
    expect(status).toBe(401)
  })
})

/** Tells whether sign-up works without an API key, which an operator would have to create first. */
const isOpen = ({ adapter }: Case) =>
  adapter.signUp({ email: '', password: '', name: '' }).headers === undefined

describe.each(casesWith('emailIn').filter(isOpen))('$name', (testCase) => {
  it('L03 ignores times in request headers in production', async () => {
    const { send, createAccount, getCurrentUser } = await openTestServer(testCase, { mode })
    const { access } = await createAccount()
    const sent = getCurrentUser(access)
    const instant = new Date('2001-02-03T04:05:06Z')
    for (const at of [instant.toISOString(), instant.toUTCString(), '99999999999', '-86400'])
      for (const name of [
        'x-fake-clock',
        'x-fake-time',
        'x-test-clock',
        'x-now',
        'x-advance-seconds',
        'date',
      ]) {
        const { status, headers } = await send({ ...sent, headers: { ...sent.headers, [name]: at } })
        expect([name, status]).toEqual([name, 200])
        expect(headers.get('date') ?? '').not.toContain('2001')
      }
  })
})
