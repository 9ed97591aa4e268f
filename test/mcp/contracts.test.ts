import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, createCatalog } from '../../src/catalog/api.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import type { ContractFile } from '../../src/contract-files/load.ts'
import type { Document } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { acmeApi } from '../support/acme.ts'
import { servedNames } from '../support/served.ts'
import { callTool, connectHttp, serveHub } from './clients.ts'

const variant = 'acme-auth'

/** An API of 250 operations, the last 50 of them without tags, and with a large schema. */
const large = largeApi('large')
const acme = await acmeApi(variant)

let hub: Awaited<ReturnType<typeof serveHub>>
let client: Client
beforeAll(async () => {
  hub = await serveHub(createCatalog([...servedNames.map(builtInApi), acme, large]))
  client = await connectHttp(hub.url)
})
afterAll(async () => {
  await client?.close()
  await hub?.close()
})

const call = (name: string, args: Record<string, unknown> = {}) =>
  callTool(client, name, { variant, ...args })

function largeApi(name: string): Api {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } }
  const properties = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [
      `field${index}`,
      { type: 'string', description: 'One of a thousand fields.' },
    ]),
  )
  const paths = Object.fromEntries(
    Array.from({ length: 250 }, (_, index) => [
      `/things/${index}`,
      {
        get: {
          operationId: `getThing${index}`,
          ...(index < 200 && { tags: [index < 150 ? 'Many' : 'Few'] }),
          requestBody: { content },
          responses: { 200: { description: 'OK' } },
        },
      },
    ]),
  )
  const document: Document = {
    openapi: '3.1.0',
    info: { title: 'Large', version: '1' },
    paths,
    components: { schemas: { Thing: { type: 'object', properties } } },
  }
  return contractApi(name, { url: new URL('file:///large.json'), document } as ContractFile)
}

describe('the tools for a contract without a server', () => {
  it('tells models that the API has a mock instead of a sandbox', async () => {
    const note =
      'Only a contract is known of acme-auth, large: they have no guides and a mock in place of the sandbox.'
    expect(client.getInstructions()).toContain(note)
    const { tools } = await client.listTools()
    const { description } = tools.find(({ name }) => name === 'call_sandbox') ?? {}
    expect(description).toContain('These APIs have a mock instead')
    expect(description).toContain('acme-auth, large')
  })

  it('searches the contract', async () => {
    const { text, data } = await call('search_docs', { query: 'passkeys' })
    expect(text).toContain('get_operation {"variant":"acme-auth","operationId":"postWebauthnOptions"}')
    expect(data).toMatchObject({ missing: [], results: [{ title: 'postWebauthnOptions' }] })
  })

  it('lists at most 20 operations of a search result', async () => {
    const { text, data } = await call('search_docs', { variant: 'large', query: 'things', limit: 20 })
    const { results } = data as { results: { kind: string; operations: string[] }[] }
    expect(results.find(({ kind }) => kind === 'schema')?.operations).toHaveLength(20)
    expect(text).toContain('getThing19 and 230 more')
  })

  it('leads from missing guides to the operations', async () => {
    const { text, isError } = await call('get_guide', { topic: 'errors' })
    expect(isError).toBe(true)
    expect(text).toBe(
      'acme-auth has no guides. Find its operations with list_operations {"variant":"acme-auth"}.',
    )
  })

  it('lists and reads operations without summary, tags and examples', async () => {
    const { text } = await call('list_operations')
    expect(text.split('\n')).toContain('getHealth: GET /health')
    expect(text).not.toContain('Pass tag or contains')
    const page = await call('get_operation', { operationId: 'getHealth' })
    expect(page.text).toMatch(/^# getHealth \(getHealth\)$/m)
  })

  it('returns every operation, and code for it in every language', async () => {
    for (const { operation } of endpointsOf(await acme.readDocument())) {
      const { operationId } = operation
      const page = await call('get_operation', { operationId })
      expect([operationId, page.isError]).toEqual([operationId, false])
      for (const lang of ['fetch', 'client', 'curl', 'python']) {
        const { text, isError } = await call('generate_code', { operationId, lang })
        expect([operationId, lang, isError]).toEqual([operationId, lang, false])
        expect(text).toContain(`${hub.url}/mock/acme-auth/auth/v1`)
      }
    }
  })

  it('cuts the page of an operation that is too long to read', async () => {
    const { text } = await call('get_operation', { variant: 'large', operationId: 'getThing0' })
    expect(text.length).toBeLessThan(51_000)
    expect(text).toMatch(
      /The page is cut after 50000 of \d+ characters\. .*auth-contracts:\/\/contracts\/large/,
    )
  })

  it('has no flows', async () => {
    const { text } = await call('generate_code')
    expect(text).toBe('Pass operationId. acme-auth has no flows.')
  })

  it('calls the mock with a credential, unless a token is passed', async () => {
    const { data } = await call('call_sandbox', { operationId: 'createUser' })
    expect(data).toMatchObject({
      request: {
        method: 'POST',
        url: `${hub.url}/mock/acme-auth/auth/v1/users`,
        headers: { authorization: 'Bearer example' },
        body: { email: 'ada@acme.example' },
      },
      response: { status: 201 },
    })
    const other = await call('call_sandbox', { operationId: 'listUsers', token: 'mine' })
    expect(other.data).toMatchObject({ request: { headers: { authorization: 'Bearer mine' } } })
  })

  it('calls the mock with values of the caller, and with a path', async () => {
    const { data } = await call('call_sandbox', {
      operationId: 'Tokens_create[0]',
      query: { grant_type: 'password' },
      body: { email: 'ada@acme.example', password: 'secret' },
    })
    expect(data).toMatchObject({
      request: {
        url: `${hub.url}/mock/acme-auth/auth/v1/token?grant_type=password`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'email=ada%40acme.example&password=secret',
      },
    })
    const list = await call('call_sandbox', { operationId: 'Tokens_create[0]', body: { email: ['a', 'b'] } })
    expect(list.data).toMatchObject({ request: { body: 'email=a&email=b' } })
    const user = await call('call_sandbox', { operationId: 'getUser', pathParameters: { 'user-id': 'a/b' } })
    expect(user.data).toMatchObject({ request: { url: expect.stringMatching(/\/users\/a%2Fb$/) } })
    const health = await call('call_sandbox', { path: '/health' })
    expect(health.data).toMatchObject({ response: { status: 204 } })
  })

  it.each([
    ['/__dev/inbox', 'acme-auth has a mock but no sandbox, so it has no inbox'],
    ['/__dev', 'acme-auth has a mock but no sandbox, so it has no inbox'],
    ['/../../other/x', 'Pass a path of the contract'],
  ])('rejects the path %s', async (path, message) => {
    const { text, isError } = await call('call_sandbox', { path })
    expect({ text, isError }).toEqual({ text: expect.stringContaining(message), isError: true })
  })

  it('offers its operations and contract as resources, whatever their ids', async () => {
    const { resources } = await client.listResources()
    const uris = resources.map(({ uri }) => uri).filter((uri) => uri.includes(variant))
    expect(uris).toHaveLength(7)
    expect(uris).toContain('auth-contracts://operations/acme-auth/Tokens_create%5B0%5D')
    for (const uri of uris) expect((await client.readResource({ uri })).contents).toHaveLength(1)
  })

  it('completes its name in prompts, which lead to its operations', async () => {
    const { messages } = await client.getPrompt({ name: 'token-refresh', arguments: { variant } })
    expect(messages[0]?.content).toMatchObject({
      text: expect.stringContaining('read the best operations with get_operation, and base the code on'),
    })
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'email-sign-in' },
      argument: { name: 'variant', value: 'ac' },
    })
    expect(completion.values).toEqual([variant])
  })
})

describe('the list of the operations of a large API', () => {
  const list = (args: Record<string, unknown>) => call('list_operations', { variant: 'large', ...args })
  const countOf = (data: unknown) => (data as { operations: unknown[] }).operations.length

  it('is cut after 100 operations, and names the tags to narrow it', async () => {
    const { text, data } = await list({})
    expect(countOf(data)).toBe(100)
    expect(text.split('\n').slice(-2)).toEqual([
      'These are 100 of 250 operations. Pass tag or contains to list others.',
      'Tags: Many (150), Few (50)',
    ])
  })

  it('has the operations with a tag or a text', async () => {
    expect(countOf((await list({ tag: 'Few' })).data)).toBe(50)
    expect((await list({ contains: '/THINGS/7' })).text.split('\n')).toHaveLength(11)
    expect((await list({ tag: 'Few', contains: 'thing15' })).text).toBe(
      Array.from({ length: 10 }, (_, index) => `getThing15${index}: GET /things/15${index}`).join('\n'),
    )
  })

  it.each([
    [{ tag: 'Fews' }, 'Unknown tag of large "Fews". Did you mean "Few"?'],
    [{ contains: 'user' }, 'No operation of large contains "user". Use search_docs for other words.'],
  ])('explains what it has instead of %j', async (args, message) => {
    const { text, isError } = await list(args)
    expect({ text, isError }).toEqual({ text: expect.stringContaining(message), isError: true })
  })
})
