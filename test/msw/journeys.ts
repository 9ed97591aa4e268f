import { expect } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import {
  createBedrudClient,
  createBkendClient,
  createBondmcpClient,
  createOpenfactoryClient,
} from '../../src/client/index.ts'
import type { MockedSandbox } from '../../src/msw/index.ts'
import { mock } from './mocked.ts'

const credentials = { email: 'kim@example.com', password: 'lantern-over-4-hills' }
const person = { ...credentials, name: 'Kim' }

type Journey<Name extends VariantName> = (auth: MockedSandbox<Name>, baseUrl: string) => Promise<void>

/** The life of an account with the client of each API: sign-up, mail, sign-in, expiry and refresh. */
const journeys: { [Name in VariantName]: Journey<Name> } = {
  async bedrud(auth, baseUrl) {
    const bedrud = createBedrudClient({ baseUrl })
    expect((await bedrud.POST('/api/auth/register', { body: person })).response.status).toBe(200)
    const wrong = await bedrud.POST('/api/auth/login', {
      body: { ...credentials, password: 'wrong-password' },
    })
    expect([wrong.response.status, wrong.error]).toEqual([401, { error: expect.any(String) }])
    await bedrud.POST('/api/auth/login', { body: credentials })
    await auth.clock.advance('2h')
    expect((await bedrud.GET('/api/auth/me')).data?.email).toBe(credentials.email)
  },

  async bkend(auth, baseUrl) {
    const apiKey = `pk_${'0123456789abcdef'.repeat(4)}`
    const bkend = createBkendClient({ baseUrl, apiKey })
    expect((await bkend.POST('/v1/auth/email/signup', { body: person })).response.status).toBe(201)
    const { email } = credentials
    await bkend.POST('/v1/auth/email/verify/send', { body: { email } })
    const [token = ''] = (await auth.inbox.latest(email)).tokens
    await bkend.POST('/v1/auth/email/verify/confirm', { body: { email, token } })
    const wrong = await bkend.POST('/v1/auth/email/signin', { body: { email, password: 'wrong-password' } })
    expect([wrong.response.status, wrong.error?.error.code]).toEqual([401, 'auth/invalid-credentials'])
    await bkend.POST('/v1/auth/email/signin', { body: credentials })
    await auth.clock.advance('2h')
    const { data } = await bkend.GET('/v1/auth/me')
    expect(data).toMatchObject({ email, emailVerified: expect.any(String) })
  },

  async bondmcp(auth, baseUrl) {
    const bondmcp = createBondmcpClient({ baseUrl })
    await bondmcp.POST('/mcp/auth/register', { body: person })
    expect((await bondmcp.POST('/mcp/auth/login', { body: credentials })).response.status).toBe(403)
    const [token = ''] = (await auth.inbox.latest(credentials.email)).tokens
    await bondmcp.GET('/mcp/auth/verify', { params: { query: { token } } })
    await bondmcp.POST('/mcp/auth/login', { body: credentials })
    expect((await bondmcp.GET('/mcp/auth/api-keys')).response.status).toBe(200)
    await auth.clock.advance('2h')
    expect((await bondmcp.GET('/mcp/auth/api-keys')).response.status).toBe(401)
  },

  async openfactory(auth, baseUrl) {
    const openfactory = createOpenfactoryClient({ baseUrl })
    await openfactory.POST('/api/auth/signup', { body: { ...person, organizationName: 'Kim and friends' } })
    const { email } = credentials
    await openfactory.POST('/api/auth/forgot-password', { body: { email } })
    const [token = ''] = (await auth.inbox.latest(email, { kind: 'resetPassword' })).tokens
    const newPassword = 'meadow-under-5-stars'
    await openfactory.POST('/api/auth/reset-password', { body: { token, newPassword } })
    expect((await openfactory.POST('/api/auth/signin', { body: credentials })).response.status).toBe(401)
    await openfactory.POST('/api/auth/signin', { body: { email, password: newPassword } })
    expect((await openfactory.GET('/api/auth/session')).data?.user.email).toBe(email)
    await auth.clock.advance('31d')
    expect((await openfactory.GET('/api/auth/session')).response.status).toBe(401)
  },
}

/** Runs the journey of an API at a base URL. */
export async function takeJourney<Name extends VariantName>(name: Name, baseUrl: string): Promise<void> {
  await journeys[name](await mock(name, { baseUrl }), baseUrl)
}
