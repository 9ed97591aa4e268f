import { expect } from 'vitest'
import { createBondmcpClient } from '../../../src/client/index.ts'
import { credentials, type Journey, person } from '../../msw/journeys.ts'

export const journey: Journey<'bondmcp'> = async (auth, baseUrl) => {
  const bondmcp = createBondmcpClient({ baseUrl })
  await bondmcp.POST('/mcp/auth/register', { body: person })
  expect((await bondmcp.POST('/mcp/auth/login', { body: credentials })).response.status).toBe(403)
  const [token = ''] = (await auth.inbox.latest(credentials.email)).tokens
  await bondmcp.GET('/mcp/auth/verify', { params: { query: { token } } })
  await bondmcp.POST('/mcp/auth/login', { body: credentials })
  expect((await bondmcp.GET('/mcp/auth/api-keys')).response.status).toBe(200)
  await auth.clock.advance('2h')
  expect((await bondmcp.GET('/mcp/auth/api-keys')).response.status).toBe(401)
}
