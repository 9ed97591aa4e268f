import { describe, expect, it } from 'vitest'
import { mary, openBedrud, repeat, statusAndError, tally } from './support.ts'

const calls = [
  ['signUp', 'POST', '/register', 400],
  ['signIn', 'POST', '/login', 400],
  ['signInAsGuest', 'POST', '/guest-login', 400],
  ['refreshTokens', 'POST', '/refresh', 400],
  ['startOAuth', 'GET', '/google/login', 307],
  ['finishOAuth', 'GET', '/google/callback', 400],
  ['startPasskeySignIn', 'POST', '/passkey/login/begin', 200],
  ['finishPasskeySignIn', 'POST', '/passkey/login/finish', 400],
  ['startPasskeySignUp', 'POST', '/passkey/signup/begin', 400],
  ['finishPasskeySignUp', 'POST', '/passkey/signup/finish', 400],
] as const
const tooMany = [429, 'too many requests, please try again later']

describe.each(calls)('the limit of %s', (name, method, path, status) => {
  const body = method === 'POST' ? {} : undefined

  it('allows 10 requests per minute from one IP address, whatever their outcome', async () => {
    const { request, advance } = await openBedrud()
    const responses = await Promise.all(repeat(15, () => request(method, path, body)))
    expect(tally(responses)).toEqual({ [status]: 10, 429: 5 })
    const rejected = await request(method, path, method === 'POST' ? '{' : undefined)
    expect(statusAndError(rejected)).toEqual(tooMany)
    expect(rejected.headers.getSetCookie()).toEqual([])
    const wait = Number(rejected.headers.get('retry-after'))
    expect(wait).toBeGreaterThanOrEqual(1)
    expect(wait).toBeLessThanOrEqual(60)
    await advance(wait)
    expect((await request(method, path, body)).status).toBe(status)
  })

  it('reports the state of the limit in headers', async () => {
    const { request } = await openBedrud()
    const [first, second] = [await request(method, path, body), await request(method, path, body)]
    const header = (name: string) => [first, second].map(({ headers }) => headers.get(`x-ratelimit-${name}`))
    expect(header('limit')).toEqual(['10', '10'])
    expect(header('remaining')).toEqual(['9', '8'])
    for (const seconds of header('reset')) {
      expect(Number(seconds)).toBeGreaterThanOrEqual(1)
      expect(Number(seconds)).toBeLessThanOrEqual(60)
    }
  })

  it('counts requests separately for each IP address and operation', async () => {
    const { request } = await openBedrud()
    await Promise.all(repeat(10, () => request(method, path, body)))
    expect((await request(method, path, body, { ip: '192.0.2.2' })).status).toBe(status)
    for (const [other, otherMethod, otherPath, otherStatus] of calls.filter(([other]) => other !== name)) {
      const response = await request(otherMethod, otherPath, otherMethod === 'POST' ? {} : undefined)
      expect([other, response.status]).toEqual([other, otherStatus])
    }
  })

  it('ignores forwarding headers when it counts by IP address', async () => {
    const { request } = await openBedrud()
    const responses = await Promise.all(
      repeat(15, (index) => {
        const ip = `198.51.100.${index}`
        const headers = { 'x-forwarded-for': ip, forwarded: `for=${ip}`, 'x-real-ip': ip }
        return request(method, path, body, { headers })
      }),
    )
    expect(tally(responses)).toEqual({ [status]: 10, 429: 5 })
  })

  it('applies a configured limit, and sends no headers without a limit', async () => {
    const { request, settings } = await openBedrud()
    await settings({ limits: { [name]: { max: 0, windowSeconds: 60 } } })
    expect((await request(method, path, body)).status).toBe(429)
    await settings({ rateLimits: false })
    const responses = await Promise.all(repeat(20, () => request(method, path, body)))
    expect(tally(responses)).toEqual({ [status]: 20 })
    expect(responses[0]?.headers.get('x-ratelimit-limit')).toBeNull()
  })
})

it('does not limit operations that need an access token', async () => {
  const { me, post, signIn } = await openBedrud()
  const { accessToken } = await signIn(mary)
  const responses = await Promise.all(
    repeat(30, (index) =>
      index % 2 ? me(accessToken) : post('/passkey/register/begin', undefined, { bearer: accessToken }),
    ),
  )
  expect(tally(responses)).toEqual({ 200: 30 })
  expect(responses[0]?.headers.get('x-ratelimit-limit')).toBeNull()
})
