import { expect, it } from 'vitest'
import { json, mockOf } from './contract.ts'

const secured = (...security: object[]) => ({
  get: { security, responses: { 200: { description: 'Found' }, 401: json({}, { missing: 'missing' }) } },
})
const { send, logged } = await mockOf(
  {
    '/basic': secured({ basic: [] }),
    '/oauth2': secured({ oauth2: ['read'] }),
    '/oidc': secured({ oidc: [] }),
    '/query': secured({ query: [] }),
    '/cookie': secured({ cookie: [] }),
    '/both': secured({ query: [], cookie: [] }),
    '/either': secured({ query: [] }, { cookie: [] }),
    '/optional': secured({ query: [] }, {}),
    '/certificate': secured({ mutual: [] }),
    '/undeclared': secured({ unknown: [] }),
    '/none': secured(),
  },
  {
    components: {
      securitySchemes: {
        basic: { type: 'http', scheme: 'Basic' },
        oauth2: { type: 'oauth2', flows: {} },
        oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://example.com' },
        query: { type: 'apiKey', in: 'query', name: 'api_key' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
        mutual: { type: 'mutualTLS' },
      },
    },
  },
)

it.each<[string, Record<string, string>, number]>([
  ['/basic', { authorization: 'basic YTpi' }, 200],
  ['/basic', { authorization: 'Basic a' }, 401],
  ['/basic', { authorization: 'Bearer a' }, 401],
  ['/oauth2', { authorization: 'Bearer a' }, 200],
  ['/oauth2', {}, 401],
  ['/oidc', { authorization: 'Bearer a' }, 200],
  ['/oidc', { authorization: 'Bearer' }, 401],
  ['/query?api_key=k', {}, 200],
  ['/query?api_key=', {}, 401],
  ['/cookie', { cookie: 'a=b; sid=1' }, 200],
  ['/cookie', { cookie: 'othersid=1' }, 401],
  ['/both?api_key=k', {}, 401],
  ['/both?api_key=k', { cookie: 'sid=1' }, 200],
  ['/either?api_key=k', {}, 200],
  ['/either', { cookie: 'sid=1' }, 200],
  ['/either', {}, 401],
  ['/optional', {}, 200],
  ['/certificate', {}, 200],
  ['/none', {}, 200],
])('checks the credentials of %s with the headers %j', async (path, headers, status) => {
  expect((await send(path, { headers })).status).toBe(status)
})

it('reports once that it cannot check a scheme that is not declared', async () => {
  for (let call = 0; call < 2; call++) expect((await send('/undeclared')).status).toBe(200)
  expect(logged.filter((text) => text.includes('unknown'))).toEqual([
    'GET /undeclared of the contract: The security scheme unknown is not declared, so it is not checked. (#/paths/~1undeclared/get)',
  ])
})
