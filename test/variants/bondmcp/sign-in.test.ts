import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { loadServedVariant } from '../../../src/server/resources.ts'
import { openSandbox } from '../../support/sandbox.ts'

it('reports the lifetime of the access token that was issued', async () => {
  const variant = await loadServedVariant('bondmcp')
  const server = await openSandbox('bondmcp', {
    // Development mode checks answers against the contract, which promises an hour.
    mode: 'production',
    variant: {
      ...variant,
      rules: (site) => {
        const rules = variant.rules(site)
        return {
          ...rules,
          signIn: { requiresVerifiedEmail: false },
          accessToken: { ...rules.accessToken, seconds: 600 },
        }
      },
    },
  })
  const credentials = { email: 'new@example.com', password: 'correct-horse-9' }
  await server.call('POST', '/mcp/auth/register', credentials)
  const answer = await server.call('POST', '/mcp/auth/login', credentials)
  const body = await answer.json()
  const { iat = 0, exp = 0 } = decodeJwt(body.access_token)
  expect([body.expires_in, exp - iat]).toEqual([600, 600])
})
