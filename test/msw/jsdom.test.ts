// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'
import { takeJourney, travelled } from './journeys.ts'
import { baseUrl, mock } from './mocked.ts'

/** Sends a request like axios and other libraries on XMLHttpRequest. */
function send(method: string, path: string, options: { withCredentials?: boolean; body?: object } = {}) {
  const request = new XMLHttpRequest()
  request.open(method, path)
  request.withCredentials = options.withCredentials ?? false
  request.setRequestHeader('content-type', 'application/json')
  return new Promise<number>((resolve) => {
    request.onload = () => resolve(request.status)
    request.send(options.body && JSON.stringify(options.body))
  })
}

describe('the handlers in jsdom', () => {
  it.each(travelled)('lets the client of %s sign up, read mails, sign in and expire', async (name) => {
    expect(document.body).toBeDefined()
    await takeJourney(name, 'https://api.example.com')
  })

  it('keeps the cookies of a sign-in, and receives them with credentials only', async () => {
    const { signIn, clock } = await mock('bedrud')
    const { user } = await signIn()
    const me = `${baseUrl}/api/auth/me`
    await send('POST', `${baseUrl}/api/auth/login`, { body: user })
    expect([await send('GET', me, { withCredentials: true }), await send('GET', me)]).toEqual([200, 401])
    await clock.advance('2h')
    expect(await send('GET', me, { withCredentials: true })).toBe(401)
    const refresh = () => send('POST', `${baseUrl}/api/auth/refresh`, { withCredentials: true })
    expect(await refresh()).toBe(200)
    expect(await send('GET', me, { withCredentials: true })).toBe(200)
  })

  it('accepts a base URL relative to the page, and mails links to the page', async () => {
    const { signIn, inbox, url } = await mock('openfactory', { baseUrl: '/backend' })
    expect(url).toBe('http://localhost:3000/backend')
    const { user } = await signIn()
    await send('POST', '/backend/api/auth/forgot-password', { body: { email: user.email } })
    const { links } = await inbox.latest(user.email, { kind: 'resetPassword' })
    expect(links).toEqual([expect.stringMatching(/^http:\/\/localhost:3000\//)])
  })
})
