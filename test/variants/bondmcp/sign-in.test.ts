import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { loadServedVariant } from '../../../src/server/served-variant.ts'
import { openSandbox } from '../../support/sandbox.ts'

it('reports the lifetime of the issued access token in expires_in', async () => {
  const variant = await loadServedVariant('bondmcp')
  const server = await openSandbox('bondmcp', {
    variant: {
      ...variant,
      rules: (site) => {
        const rules = variant.rules(site)
        return { ...rules, accessToken: { ...rules.accessToken, lifetimeSeconds: 600 } }
      },
    },
  })
  const mary = { email: 'mary@example.org', password: 'sunrise-over-water-4' }
  const response = await server.call('POST', '/mcp/auth/login', mary)
  const body = await response.json()
  const { iat = 0, exp = 0 } = decodeJwt(body.access_token)
  expect([response.status, body.expires_in, exp - iat]).toEqual([200, 600, 600])
})
