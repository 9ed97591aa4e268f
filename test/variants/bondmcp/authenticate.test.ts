import { expect, it } from 'vitest'
import { openSandbox } from '../../support/sandbox.ts'

it.each(['token', 'apiKey'])('rejects a Bearer credential after two spaces: %s', async (kind) => {
  const { call } = await openSandbox('bondmcp')
  const mary = { email: 'mary@example.org', password: 'sunrise-over-water-4' }
  const { access_token: token } = await (await call('POST', '/mcp/auth/login', mary)).json()
  const credential = kind === 'token' ? token : 'bcp_9f31c0de0123456789abcdef0123456789abcdef012341ab'
  const listModels = (authorization: string) =>
    call('GET', '/mcp/health-ai/models', undefined, { authorization })

  expect((await listModels(`bearer ${credential}`)).status).toBe(200)
  const response = await listModels(`Bearer  ${credential}`)
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer error="invalid_token"',
  ])
  expect((await response.json()).error).toMatchObject({
    code: 'authentication_error',
    message: 'Invalid or expired token',
  })
})
