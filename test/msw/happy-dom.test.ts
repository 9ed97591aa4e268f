// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { baseUrl, mock } from './mocked.ts'

// Without the clients, because copies of responses have no body:
// https://github.com/capricorn86/happy-dom/issues/2353
it.each(variantNames)('responds to fetch in happy-dom with users of %s', async (name) => {
  expect(document.body).toBeDefined()
  const { signIn, clock } = await mock(name)
  const paths = { bedrud: '/api/auth/me', bkend: '/v1/auth/me', bondmcp: '/mcp/auth/api-keys' }
  const path = { ...paths, openfactory: '/api/auth/session' }[name]
  const { headers } = await signIn()
  const statusOf = async (init?: RequestInit) => (await fetch(`${baseUrl}${path}`, init)).status
  expect([await statusOf(), await statusOf({ headers })]).toEqual([401, 200])
  await clock.advance('31d')
  expect(await statusOf({ headers })).toBe(401)
})
