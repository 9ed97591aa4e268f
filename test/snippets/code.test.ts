import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { generateCode, type LanguageId, loadFlows } from '../../src/snippets/index.ts'
import { contractOf } from './operations.ts'

/** A contract with texts that each language has to quote. */
const text = `it's "$HOME" \\ \`date\` {x} \n€`
const document = {
  paths: {
    '/things/{id}': {
      post: {
        operationId: 'createThing',
        security: [{ key: [], token: [] }, {}],
        parameters: [
          { name: 'id', in: 'path', required: true, examples: { ok: { value: 'a/b c' } } },
          { name: 'q', in: 'query', examples: { ok: { value: "it's&more" } } },
          { name: 'page', in: 'query', examples: { later: { value: 2 } } },
        ],
        requestBody: {
          content: { 'application/json': { examples: { ok: { $ref: '#/components/examples/A~1B' } } } },
        },
        responses: { 204: {} },
      },
    },
  },
  components: {
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'X-Key', 'x-example': 'pk_1' },
      token: { type: 'http', scheme: 'bearer' },
    },
    examples: { 'A/B': { value: { text, list: [1, null, true], empty: {} } } },
  },
} as unknown as Parameters<typeof generateCode>[0]['document']

const codeOf = (lang: LanguageId, input: { baseUrl?: string; operationId?: string; example?: string } = {}) =>
  generateCode({
    ...{ document, variant: 'things', operationId: 'createThing', lang, baseUrl: 'http://localhost:1' },
    ...input,
  }).code

describe('cURL', () => {
  it('passes quoted texts through a shell unchanged', async () => {
    const command = codeOf('curl').replace(/^curl /m, "printf '%s\\0' ")
    const env = { ...process.env, ACCESS_TOKEN: 'a.b.c' }
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { env })
    const words = stdout.split('\0')
    expect(words.slice(0, -2)).toEqual([
      ...['-X', 'POST', 'http://localhost:1/things/a%2Fb%20c?q=it%27s%26more'],
      ...['-H', 'Content-Type: application/json', '-H', 'X-Key: pk_1'],
      ...['-H', 'Authorization: Bearer a.b.c', '-d'],
    ])
    expect(JSON.parse(words.at(-2) ?? '')).toEqual({ text, list: [1, null, true], empty: {} })
  })
})

describe('the credential', () => {
  it('sends the named one instead of the first', async () => {
    const code = await bkendCode('getUser', 'secretKey')
    expect(code).toContain('"X-API-Key": SECRET_KEY')
    expect(code).not.toMatch(/Authorization|PUBLISHABLE/)
    expect(await bkendCode('getUser', 'bearer')).toBe(await bkendCode('getUser'))
    expect(await bkendCode('verifyEmail', 'bearer')).toContain('Authorization')
  })

  it('rejects an unknown one with the accepted names', async () => {
    await expect(bkendCode('getUser', 'apiKey')).rejects.toThrow(
      'getUser does not accept the credential "apiKey". Accepted: bearer, secretKey.',
    )
    const bedrud = await contractOf('bedrud')
    expect(() =>
      generateCode({ ...input, document: bedrud, operationId: 'signIn', credential: 'bearer' }),
    ).toThrow('signIn needs no credential. Leave out the credential.')
  })

  const input = { variant: 'bkend', lang: 'fetch', baseUrl: 'http://localhost:1' } as const

  async function bkendCode(operationId: string, credential?: string): Promise<string> {
    const document = await contractOf('bkend')
    return generateCode({ ...input, document, operationId, ...(credential && { credential }) }).code
  }
})

it.each([
  ['openfactory', 'apiKey', ['signUpResult', 'project', 'createdApiKey', 'workOrders', 'deleteApiKeyResult']],
  ['bkend', 'tokenRotation', ['tokens', 'refreshTokensResult', 'user']],
] as const)(
  'names the results in the client program %s %s after their contents',
  async (variant, flow, names) => {
    const [contract, flows] = await Promise.all([contractOf(variant), loadFlows(variant)])
    const subject = { document: contract, variant, flows, flow }
    const { code } = generateCode({ ...subject, lang: 'client', baseUrl: 'http://localhost:1' })
    expect([...code.matchAll(/^const (\w+) = await \w+\.[A-Z]/gm)].map(([, name]) => name)).toEqual(names)
  },
)

describe.each(variantNames)('the programs of %s', (variant) => {
  it.each([
    ['fetch', /^console\.log\(/],
    ['client', /^console\.log\(/],
    ['curl', /^echo/],
    ['python', /^print\(/],
  ] as const)('prints an output at the end of each flow in %s', async (lang, output) => {
    const [contract, flows] = await Promise.all([contractOf(variant), loadFlows(variant)])
    for (const { workflowId: flow } of flows.workflows) {
      const subject = { document: contract, variant, flows, flow, lang, baseUrl: 'http://localhost:1' }
      const lines = generateCode(subject).code.split('\n')
      expect(lines.findLast((line) => line !== '' && !/^(?:#|\/\/)/.test(line))).toMatch(output)
    }
  })
})

describe('the values that differ in each run', () => {
  it.each([
    ['curl', 'run=$(date +%s)$RANDOM #'],
    ['python', 'run = uuid4().hex[:8]  #'],
    ['fetch', 'const run = Date.now().toString(36); //'],
  ] as const)('creates different values within a second in %s', async (lang, line) => {
    const [bondmcp, flows] = await Promise.all([contractOf('bondmcp'), loadFlows('bondmcp')])
    const subject = { document: bondmcp, variant: 'bondmcp', flows, flow: 'emailSignIn' }
    expect(generateCode({ ...subject, lang, baseUrl: 'http://localhost:1' }).code).toContain(line)
  })
})

describe('the public key', () => {
  it.each(['https://api.example.com', 'http://192.0.2.1/sandbox'])('is a placeholder for %s', (baseUrl) => {
    expect(codeOf('fetch', { baseUrl })).toContain('"YOUR_PUBLISHABLE_KEY"')
  })

  it.each(['http://localhost:4000/x', 'http://127.0.0.1:1', 'http://[::1]:2', 'http://api.localhost'])(
    'is that of the sandbox for %s',
    (baseUrl) => {
      expect(codeOf('fetch', { baseUrl })).toContain('"pk_1"')
    },
  )
})

it('accepts a base URL with a trailing slash', () => {
  expect(codeOf('fetch', { baseUrl: 'http://localhost:1/' })).toContain('"http://localhost:1/things/')
})

it.each([
  'http://localhost:1?a=1',
  'http://localhost:1/#a',
  'http://localhost:1/?',
  'http://ada@localhost:1',
])('rejects the base URL %s', (baseUrl) => {
  expect(() => codeOf('curl', { baseUrl })).toThrow(
    'The base URL contains a query, a fragment or user info. Pass a URL such as https://api.example.com.',
  )
})

it('suggests similar names for an unknown operation or example', () => {
  expect(() => codeOf('fetch', { operationId: 'createthings' })).toThrow(
    'Unknown operation "createthings". Did you mean "createThing"? Available: createThing.',
  )
  expect(() => codeOf('fetch', { example: 'oks' })).toThrow(
    'Unknown example of createThing "oks". Did you mean "ok"? Available: ok, later.',
  )
})
