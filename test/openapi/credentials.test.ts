import { describe, expect, it } from 'vitest'
import {
  credentialFields,
  credentialsOf,
  decodeBasic,
  encodeBasic,
  operationCredentials,
  secretIn,
  undeclaredSchemes,
} from '../../src/openapi/credentials.ts'
import type { SecurityScheme } from '../../src/openapi/document.ts'

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer' },
  basic: { type: 'http', scheme: 'BASIC' },
  digest: { type: 'http', scheme: 'digest' },
  dpop: { type: 'http', scheme: 'DPoP' },
  oauth2: { type: 'oauth2' },
  oidc: { type: 'openIdConnect' },
  header: { type: 'apiKey', in: 'header', name: 'X-Key' },
  query: { type: 'apiKey', in: 'query', name: 'key' },
  cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
  device: { type: 'apiKey', in: 'cookie', name: 'device' },
  mutual: { type: 'mutualTLS' },
  alias: { $ref: '#/components/securitySchemes/query' },
  exemplified: { type: 'http', scheme: 'basic', 'x-example': 'ada:s:3' },
} satisfies Record<string, SecurityScheme | { $ref: string }>
const document = { components: { securitySchemes } }

const fieldsOf = (...schemes: string[]) =>
  credentialFields(credentialsOf(document, Object.fromEntries(schemes.map((scheme) => [scheme, []]))))

describe('the credentials of a security requirement', () => {
  it.each<[string[], { headers?: object; query?: object }]>([
    [['bearer'], { headers: { Authorization: 'Bearer example' } }],
    [['oauth2'], { headers: { Authorization: 'Bearer example' } }],
    [['oidc'], { headers: { Authorization: 'Bearer example' } }],
    [['basic'], { headers: { Authorization: `Basic ${btoa('user:password')}` } }],
    [['exemplified'], { headers: { Authorization: `Basic ${btoa('ada:s:3')}` } }],
    [['digest'], { headers: { Authorization: 'Digest example' } }],
    [['dpop'], { headers: { Authorization: 'DPoP example' } }],
    [['header'], { headers: { 'X-Key': 'example' } }],
    [['query'], { query: { key: 'example' } }],
    [['cookie'], { headers: { Cookie: 'sid=example' } }],
    [['cookie', 'device'], { headers: { Cookie: 'sid=example; device=example' } }],
    [['alias', 'bearer'], { headers: { Authorization: 'Bearer example' }, query: { key: 'example' } }],
    [['mutual'], {}],
    [['missing'], {}],
    [[], {}],
  ])('sends them where the schemes %j say', (schemes, fields) => {
    expect(fieldsOf(...schemes)).toEqual({ headers: {}, query: {}, ...fields })
  })

  it('takes those of the operation before those of the contract, and of the first alternative', () => {
    const secured = { ...document, security: [{ header: [] }] }
    const namesOf = (security?: Record<string, string[]>[]) =>
      operationCredentials(secured, security ? { security } : {}).map(({ scheme }) => scheme)
    expect(namesOf()).toEqual(['header'])
    expect(namesOf([])).toEqual([])
    expect(namesOf([{ query: [] }, { basic: [] }])).toEqual(['query'])
    expect(namesOf([{}, { basic: [] }])).toEqual([])
  })

  it('leaves out schemes that the contract does not declare', () => {
    expect(undeclaredSchemes(document, [{ toString: [], basic: [] }, { missing: [] }])).toEqual([
      'toString',
      'missing',
    ])
  })
})

it('encodes a user name and password as UTF-8', () => {
  expect(encodeBasic('test:123\u00a3')).toBe('dGVzdDoxMjPCow==')
  expect(decodeBasic('dGVzdDoxMjPCow==')).toBe('test:123\u00a3')
  expect(decodeBasic('%')).toBeUndefined()
  expect(decodeBasic(btoa('user'))).toBeUndefined()
})

describe('a credential of a request', () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ['bearer', { authorization: 'bearer  t' }, 't'],
    ['bearer', { authorization: 'Basic dTpw' }, undefined],
    ['bearer', { authorization: 'Bearer ' }, undefined],
    ['basic', { authorization: 'BASIC dTpw' }, 'dTpw'],
    ['header', { 'x-key': 'k' }, 'k'],
    ['query', {}, 'q'],
    ['cookie', { cookie: 'device=d; sid=s=1' }, 's=1'],
    ['cookie', { cookie: 'sid=' }, undefined],
    ['mutual', {}, undefined],
  ])('of the scheme %s is found in the headers %j as %s', (scheme, headers, secret) => {
    const [credential] = credentialsOf(document, { [scheme]: [] })
    const readHeader = (name: string) => headers[name.toLowerCase()]
    expect(credential && secretIn(credential, readHeader, new URLSearchParams('key=q'))).toBe(secret)
  })
})
