import { expect, it } from 'vitest'
import { openSandbox } from '../support/sandbox.ts'

it.each([
  ['bedrud', '/api/auth/google/login'],
  ['openfactory', '/api/auth/oauth/google'],
] as const)('starts a sign-in of %s on the host to which the provider redirects', async (name, path) => {
  const { call, publicUrl } = await openSandbox(name)
  const start = (host: string) =>
    call('GET', `${path}?a=1`, undefined, { host, 'sec-fetch-mode': 'navigate' })
  const { status, headers } = await start('127.0.0.1:4000')
  expect([status, headers.get('location')]).toEqual([303, `${publicUrl}${path}?a=1`])
  expect(headers.getSetCookie()).toEqual([])
  expect((await start('localhost:4000')).headers.getSetCookie()).not.toEqual([])
})

it('answers API clients on every loopback host as the contract declares', async () => {
  const { call } = await openSandbox('bedrud')
  const { status } = await call('GET', '/api/auth/google/login', undefined, { host: '127.0.0.1:4000' })
  expect(status).toBe(307)
})

it('does not redirect API calls', async () => {
  const { call } = await openSandbox('bedrud')
  expect((await call('GET', '/api/auth/me', undefined, { host: '127.0.0.1:4000' })).status).toBe(401)
})

it('accepts further host names', async () => {
  const { call } = await openSandbox('bedrud', { allowedHosts: ['auth'] })
  const statusOf = async (host: string) => (await call('GET', '/api/auth/me', undefined, { host })).status
  expect([await statusOf('auth:4020'), await statusOf('other')]).toEqual([401, 403])
})
