import { expect, it } from 'vitest'
import { zApiKey, zCreatedApiKey } from '../../../generated/bondmcp/schemas.ts'
import { openSandbox } from '../../support/sandbox.ts'

const mary = { email: 'mary@example.org', password: 'sunrise-over-water-4' }

async function openSignedIn() {
  const { call } = await openSandbox('bondmcp')
  const { access_token } = await (await call('POST', '/mcp/auth/login', mary)).json()
  const headers = { authorization: `Bearer ${access_token}` }
  return (method: string, path: string, body?: unknown) => call(method, path, body, headers)
}

it('sends the permissions of each key, although the contract makes them optional', async () => {
  const call = await openSignedIn()
  const created = await (await call('POST', '/mcp/auth/api-keys', { name: 'Laptop' })).json()
  const { api_keys: listed } = await (await call('GET', '/mcp/auth/api-keys')).json()
  expect(created.permissions).toEqual(['read'])
  expect(listed.map(({ permissions }: { permissions: unknown }) => permissions)).toEqual([
    ['read'],
    [],
    ['read'],
  ])
  // The vendor's sample of a key has no permissions.
  const withoutPermissions = (key: object) => ({ ...key, permissions: undefined })
  expect(zCreatedApiKey.safeParse(withoutPermissions(created)).success).toBe(true)
  expect(zApiKey.safeParse(withoutPermissions(listed[0])).success).toBe(true)
})
