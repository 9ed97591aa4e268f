import { describe, expect, it } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { loadMock } from '../../src/hub/mocks.ts'
import { openSandbox } from '../support/sandbox.ts'

/** Values that break the pattern of a header or cookie parameter, but arrive over HTTP. */
const values = ['two words', 'caf\u00e9', '\u0080', '"quoted"', 'x'.repeat(4000)]

const json = { 'content-type': 'application/json' }
const key = { authorization: 'Bearer bcp_9f31c0de0123456789abcdef0123456789abcdef012341ab' }
const mary = { email: 'mary@example.org', password: 'sunrise-over-water-4' }

const requests: [method: string, path: string, body?: object][] = [
  ['GET', '/mcp/health-ai/models'],
  ['POST', '/mcp/auth/login', mary],
  ['GET', '/mcp/auth/verify?token=unknown'],
]

const servers = {
  sandbox: async (variant: VariantName) => {
    const sandbox = await openSandbox(variant)
    return (request: Request) => sandbox.fetch(request, { ip: '192.0.2.1' })
  },
  mock: async (variant: VariantName) => (await loadMock(builtInApi(variant), { log: () => {} })).fetch,
}

describe.each(Object.entries(servers))('a parameter with other characters in the %s', (server, open) => {
  it.each(requests)(
    'counts as absent if it is the header X-Request-ID: %s %s',
    async (method, path, body) => {
      const send = await open('bondmcp')
      const ask = async (headers = {}) => {
        const init = {
          method,
          headers: { ...json, ...key, ...headers },
          ...(body && { body: JSON.stringify(body) }),
        }
        const response = await send(new Request(`http://localhost:4000${path}`, init))
        expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{1,64}$/)
        return response.status
      }
      const absent = await ask()
      for (const value of values)
        expect([value, await ask({ 'x-request-id': value })]).toEqual([value, absent])
    },
  )

  // Some of these values are readable: an unknown refresh token to the sandbox, and any token to the mock.
  const readable = server === 'mock' ? 200 : 401
  it.each([undefined, {}])(
    'is unknown or absent if it is the refresh cookie, with the body %j',
    async (body) => {
      const send = await open('bedrud')
      for (const value of values) {
        const headers = { ...(body && json), cookie: `refresh_token=${value}` }
        const init = { method: 'POST', headers, ...(body && { body: JSON.stringify(body) }) }
        const { status } = await send(new Request('http://localhost:4000/api/auth/refresh', init))
        expect([readable, 400]).toContain(status)
      }
    },
  )
})

describe('a credential with other characters', () => {
  it.each<[VariantName, string, Record<string, string>]>([
    ['bkend', '/v1/auth/me', { 'x-api-key': 'VALUE' }],
    [
      'bkend',
      '/v1/auth/me',
      { 'x-api-key': `pk_${'0123456789abcdef'.repeat(4)}`, authorization: 'Bearer VALUE' },
    ],
    ['bondmcp', '/mcp/health-ai/models', { 'x-api-key': 'VALUE' }],
    ['bondmcp', '/mcp/health-ai/models', { authorization: 'Bearer VALUE' }],
    ['bedrud', '/api/auth/me', { authorization: 'Bearer VALUE' }],
    ['bedrud', '/api/auth/me', { cookie: 'access_token=VALUE' }],
    ['openfactory', '/api/auth/session', { authorization: 'Bearer VALUE' }],
  ])('gets 401 from %s at %s', async (variant, path, headers) => {
    const send = await servers.sandbox(variant)
    for (const value of values) {
      const sent = Object.entries(headers).map(([name, text]) => [name, text.replace('VALUE', value)])
      const response = await send(
        new Request(`http://localhost:4000${path}`, { headers: Object.fromEntries(sent) }),
      )
      expect([value, response.status]).toEqual([value, 401])
    }
  })
})
