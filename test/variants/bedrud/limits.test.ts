import { describe, expect, it } from 'vitest'
import { mary, openBedrud, tally, times, told } from './support.ts'

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

describe.each(calls)('%s', (name, method, path, status) => {
  const body = method === 'POST' ? {} : undefined

  it('is answered 10 times a minute to one address, whatever is sent', async () => {
    const { ask, advance } = await openBedrud()
    const answers = await Promise.all(times(15, () => ask(method, path, body)))
    expect(tally(answers)).toEqual({ [status]: 10, 429: 5 })
    const refused = await ask(method, path, method === 'POST' ? '{' : undefined)
    expect(told(refused)).toEqual(tooMany)
    expect(refused.headers.getSetCookie()).toEqual([])
    const wait = Number(refused.headers.get('retry-after'))
    expect(wait).toBeGreaterThanOrEqual(1)
    expect(wait).toBeLessThanOrEqual(60)
    await advance(wait)
    expect((await ask(method, path, body)).status).toBe(status)
  })

  it('tells where its limit stands', async () => {
    const { ask } = await openBedrud()
    const [first, second] = [await ask(method, path, body), await ask(method, path, body)]
    const standing = (name: string) =>
      [first, second].map(({ headers }) => headers.get(`x-ratelimit-${name}`))
    expect(standing('limit')).toEqual(['10', '10'])
    expect(standing('remaining')).toEqual(['9', '8'])
    for (const seconds of standing('reset')) {
      expect(Number(seconds)).toBeGreaterThanOrEqual(1)
      expect(Number(seconds)).toBeLessThanOrEqual(60)
    }
  })

  it('is limited for each address and operation alone', async () => {
    const { ask } = await openBedrud()
    await Promise.all(times(10, () => ask(method, path, body)))
    expect((await ask(method, path, body, { address: '192.0.2.2' })).status).toBe(status)
    for (const [other, itsMethod, itsPath, itsStatus] of calls.filter(([other]) => other !== name)) {
      const answer = await ask(itsMethod, itsPath, itsMethod === 'POST' ? {} : undefined)
      expect([other, answer.status]).toEqual([other, itsStatus])
    }
  })

  it('believes nobody about their address', async () => {
    const { ask } = await openBedrud()
    const answers = await Promise.all(
      times(15, (index) => {
        const address = `198.51.100.${index}`
        const headers = { 'x-forwarded-for': address, forwarded: `for=${address}`, 'x-real-ip': address }
        return ask(method, path, body, { headers })
      }),
    )
    expect(tally(answers)).toEqual({ [status]: 10, 429: 5 })
  })

  it('can be limited otherwise, or not at all, of which no header speaks', async () => {
    const { ask, settings } = await openBedrud()
    await settings({ limits: { [name]: { max: 0, windowSeconds: 60 } } })
    expect((await ask(method, path, body)).status).toBe(429)
    await settings({ rateLimits: false })
    const answers = await Promise.all(times(20, () => ask(method, path, body)))
    expect(tally(answers)).toEqual({ [status]: 20 })
    expect(answers[0]?.headers.get('x-ratelimit-limit')).toBeNull()
  })
})

it('counts nothing that needs a token', async () => {
  const { me, post, signIn } = await openBedrud()
  const { accessToken } = await signIn(mary)
  const answers = await Promise.all(
    times(30, (index) =>
      index % 2 ? me(accessToken) : post('/passkey/register/begin', undefined, { bearer: accessToken }),
    ),
  )
  expect(tally(answers)).toEqual({ 200: 30 })
  expect(answers[0]?.headers.get('x-ratelimit-limit')).toBeNull()
})
