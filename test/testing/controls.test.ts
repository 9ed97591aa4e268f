import { describe, expect, it } from 'vitest'
import { createBedrudClient, createBkendClient, createOpenfactoryClient } from '../../src/client/index.ts'
import { accessTokenSeconds } from '../support/variants.ts'
import { start, testable } from './sandbox.ts'

const apiKey = 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'

describe('clock.advance', () => {
  it.each([
    ['1h', 3600],
    ['1h 30m', 5400],
    ['1w2d', 777_600],
    ['90s', 90],
    ['-15m', -900],
    [45, 45],
  ])('moves the clock by %j', async (duration, seconds) => {
    const { clock } = await start('bedrud')
    const before = await clock.now()
    const moved = ((await clock.advance(duration)).getTime() - before.getTime()) / 1000
    expect(moved).toBeGreaterThanOrEqual(seconds)
    expect(moved).toBeLessThan(seconds + 60)
  })

  it.each(['', 'an hour', '1.5h', '1y', '5', '1h foo'])('rejects the duration %j', async (duration) => {
    const { clock } = await start('bedrud')
    await expect(clock.advance(duration)).rejects.toThrow(
      `"${duration}" is not a duration. Use seconds as a number, or a text such as 90s, 15m, 1h 30m, 7d or -1h.`,
    )
  })

  it('rejects a fraction of a second, and more than a year', async () => {
    const { clock } = await start('bedrud')
    await expect(clock.advance(1.5)).rejects.toThrow('1.5 is not a whole number of seconds.')
    await expect(clock.advance('53w')).rejects.toThrow('advanceSeconds must be from -31536000 to 31536000.')
  })

  it.each(testable)('makes the tokens of $name expire', async ({ name, getCurrentUser }) => {
    const sandbox = await start(name)
    const { headers } = await sandbox.signIn()
    await sandbox.clock.advance(accessTokenSeconds(name) + 60)
    expect((await fetch(sandbox.url + getCurrentUser('').path, { headers })).status).toBe(401)
  })
})

describe('inbox.latest', () => {
  it('waits for a mail and returns its text, HTML, links and tokens', async () => {
    const sandbox = await start('bkend')
    const client = createBkendClient({ baseUrl: sandbox.url, apiKey })
    const waiting = sandbox.inbox.latest('mateo@example.com')
    await client.POST('/v1/auth/email/verify/send', {
      body: { email: 'mateo@example.com', callbackUrl: 'http://localhost:3000/verify' },
    })
    const mail = await waiting
    const [token = ''] = mail.tokens
    expect(mail).toMatchObject({
      to: 'mateo@example.com',
      kind: 'verifyEmail',
      links: [expect.stringContaining(token)],
    })
    expect(mail.text).toContain(mail.links[0])
    expect(mail.html).toContain('<a href="http://localhost:3000/verify?')
    const { response } = await client.POST('/v1/auth/email/verify/confirm', {
      body: { email: mail.to, token },
    })
    expect(response.status).toBe(200)
  })

  it('skips mails of other kinds and before a given one', async () => {
    const sandbox = await start('openfactory')
    const client = createOpenfactoryClient({ baseUrl: sandbox.url })
    const first = await sandbox.inbox.latest('luigi@example.org')
    await client.POST('/api/auth/forgot-password', { body: { email: 'luigi@example.org' } })
    const second = await sandbox.inbox.latest('luigi@example.org', { after: first, kind: 'resetPassword' })
    expect(second.id).not.toBe(first.id)
    expect(second.tokens).not.toEqual(first.tokens)
    await expect(
      sandbox.inbox.latest('luigi@example.org', { kind: 'invitation', timeoutMs: 0 }),
    ).rejects.toThrow(/^No invitation mail to luigi@example\.org within 0 ms\./)
  })

  it('lists the mails of the inbox if none matches', async () => {
    const { inbox } = await start('openfactory')
    await expect(inbox.latest('ada@example.org', { timeoutMs: 10 })).rejects.toThrow(
      /^No mail to ada@example\.org within 10 ms\. The inbox has these mails:\n- luigi@example\.org: resetPassword, ".+"$/,
    )
  })

  it('reports an empty inbox', async () => {
    const { inbox } = await start('bedrud')
    await expect(inbox.latest('ada@example.org', { timeoutMs: 10 })).rejects.toThrow('The inbox is empty.')
  })
})

describe('fail', () => {
  it('makes the next call of an operation fail once', async () => {
    const sandbox = await start('bedrud')
    const client = createBedrudClient({ baseUrl: sandbox.url })
    await sandbox.fail('signInAsGuest', 503)
    const calls = [1, 2].map(() => client.POST('/api/auth/guest-login', { body: { name: 'Guest' } }))
    expect((await Promise.all(calls)).map(({ response }) => response.status).sort()).toEqual([200, 503])
  })

  it('accepts an example and a number of calls', async () => {
    const sandbox = await start('bedrud')
    const client = createBedrudClient({ baseUrl: sandbox.url })
    await sandbox.fail('*', { statusClass: '5XX', times: 2 })
    const statuses: number[] = []
    for (let call = 0; call < 3; call++)
      statuses.push((await client.POST('/api/auth/guest-login', { body: { name: 'Guest' } })).response.status)
    expect(statuses).toEqual([500, 500, 200])
  })

  it.each(['reset', 'truncate'] as const)('breaks the connection with %s', async (connection) => {
    const sandbox = await start('bedrud')
    const client = createBedrudClient({ baseUrl: sandbox.url })
    const signIn = () => client.POST('/api/auth/guest-login', { body: { name: 'Guest' } })
    await sandbox.fail('signInAsGuest', { connection })
    await expect(signIn()).rejects.toThrow(TypeError)
    expect((await signIn()).response.status).toBe(200)
  })

  it('rejects what the contract does not declare', async () => {
    const sandbox = await start('bedrud')
    await expect(sandbox.fail('signIn', 418)).rejects.toThrow('signIn does not declare the status 418.')
    // @ts-expect-error: the API has no such operation
    await expect(sandbox.fail('signin', 500)).rejects.toThrow('Unknown operation signin.')
  })
})

it('delays calls until the delay is 0', async () => {
  const sandbox = await start('bedrud')
  const measure = async () => {
    const started = performance.now()
    await fetch(`${sandbox.url}/api/auth/me`)
    return performance.now() - started
  }
  await sandbox.delay(600, 50)
  expect(await measure()).toBeGreaterThan(545)
  await sandbox.delay(0)
  expect(await measure()).toBeLessThan(545)
})

it('restores the seed, the time and the mails at a reset', async () => {
  const sandbox = await start('openfactory')
  const { headers } = await sandbox.signIn()
  await sandbox.clock.advance('1d')
  await sandbox.fail('getSession', { status: 500, times: 9 })
  await sandbox.reset()
  expect((await fetch(`${sandbox.url}/api/auth/session`, { headers })).status).toBe(401)
  expect((await sandbox.clock.now()).getTime()).toBeLessThan(Date.now() + 60_000)
  expect(await sandbox.inbox.list()).toHaveLength(1)
})

describe('snapshot', () => {
  it('saves a state that restore brings back', async () => {
    const sandbox = await start('openfactory')
    const { headers } = await sandbox.signIn()
    const status = async () => (await fetch(`${sandbox.url}/api/auth/session`, { headers })).status
    await sandbox.snapshot('signed-in')
    await sandbox.reset()
    expect(await status()).toBe(401)
    await sandbox.restore('signed-in')
    expect(await status()).toBe(200)
  })

  it('rejects invalid and unknown names', async () => {
    const sandbox = await start('openfactory')
    await expect(sandbox.snapshot('signed in')).rejects.toThrow(
      'name must have 1 to 64 letters, digits, hyphens and underscores.',
    )
    await expect(sandbox.restore('signed-in')).rejects.toThrow('Unknown snapshot signed-in.')
  })
})
