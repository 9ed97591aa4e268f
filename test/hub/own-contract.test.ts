import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCatalog } from '../../src/catalog/api.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { createHub } from '../../src/hub/app.ts'

const contract = new URL('../../examples/own-api/openapi.yaml', import.meta.url)

let hub: ReturnType<typeof createHub>
beforeAll(async () => {
  const acme = contractApi('acme', await loadContractFile(contract))
  hub = createHub({
    catalog: createCatalog([acme, builtInApi('bedrud')]),
    host: 'localhost',
    log: () => {},
  })
})
afterAll(() => hub.close())

const send = (path: string, init?: RequestInit) =>
  hub.fetch(new Request(`http://localhost:4000${path}`, init))
const textOf = async (path: string) =>
  (await send(path, { headers: { accept: 'text/html,*/*;q=0.8' } })).text()

const form = (fields: Record<string, string>): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
})
const credentials = { grant_type: 'password', username: 'ada@acme.example', password: 'correct-horse-9' }

describe('the mock of an own contract', () => {
  it('answers below the base path of the first server', async () => {
    const response = await send('/mock/acme/v1/token', form(credentials))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ access_token: 'at_1', refresh_token: 'rt_1' })
    const outside = await send('/mock/acme/token', form(credentials))
    expect(outside.status).toBe(404)
    expect(await outside.json()).toMatchObject({
      available: expect.arrayContaining(['POST /mock/acme/v1/token']),
    })
  })

  it.each<[request: string, path: string, init: RequestInit]>([
    ['a form without a required field', '/token', form({ username: 'ada@acme.example' })],
    ['a value outside the schema', '/token', form({ ...credentials, password: 'short' })],
    [
      'JSON in place of a form',
      '/token',
      { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
    ],
    ['no body', '/token', { method: 'POST' }],
    ['no credentials', '/me', {}],
  ])('answers with a declared error to %s', async (_, path, init) => {
    const response = await send(`/mock/acme/v1${path}`, init)
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
    expect(await response.json()).toEqual({ error: 'invalid_grant' })
  })
})

describe('the hub with an own contract', () => {
  it('shows no link to a sandbox of it on any page', async () => {
    for (const path of ['/', '/docs/', '/console/acme', '/tests/acme', '/upstream/acme', '/search?q=token']) {
      const html = await textOf(path)
      expect(html, path).toContain('acme')
      expect(html, path).not.toMatch(/\/(sandbox|demo|control|data)\/acme|inbox\?api=acme|docs\/acme\/guides/)
    }
    expect(await textOf('/')).toContain('/sandbox/bedrud')
  })

  it('says that it has no sandbox, and where its mock is', async () => {
    const response = await send('/sandbox/acme/v1/token', form(credentials))
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({
      detail: 'acme has a contract but no server, so it has no sandbox. Its mock is /mock/acme/v1.',
    })
  })

  it('offers the contract as OpenAPI 3.1 with the mock as its server, and collections', async () => {
    const document = await (await send('/contracts/acme/openapi.json')).json()
    expect(document).toMatchObject({
      openapi: '3.1.0',
      servers: [{ url: 'http://localhost:4000/mock/acme/v1' }],
    })
    const postman = await (await send('/contracts/acme/postman.json')).text()
    expect(postman).toContain('http://localhost:4000/mock/acme/v1')
    expect((await send('/contracts/acme/CHANGELOG.md')).status).toBe(404)
    expect((await send('/contracts/bedrud/CHANGELOG.md')).status).toBe(200)
  })

  it('finds its operations, and only those of the APIs that it serves', async () => {
    const { results } = await (await send('/search.json?q=postToken')).json()
    expect(results[0]).toMatchObject({ kind: 'operation', variant: 'acme', operations: ['postToken'] })
    expect((await send('/search.json?q=x&api=bkend')).status).toBe(400)
    expect((await send('/docs/bkend/')).status).toBe(404)
  })

  it('judges requests by the contract, below its base path', async () => {
    await send('/mock/acme/v1/token', form(credentials))
    const { requests } = await (await send('/requests.json')).json()
    expect(requests[0]).toMatchObject({
      api: 'acme',
      path: '/token',
      operationId: 'postToken',
      verdict: 'ok',
      answeredBy: 'mock',
    })
  })
})

describe('the hub with own contracts only', () => {
  let own: ReturnType<typeof createHub>
  beforeAll(async () => {
    const acme = contractApi('acme', await loadContractFile(contract))
    own = createHub({ catalog: createCatalog([acme]), host: 'localhost', log: () => {} })
  })
  afterAll(() => own.close())

  const request = (path: string) =>
    own.fetch(new Request(`http://localhost:4000${path}`, { headers: { accept: 'text/html,*/*;q=0.8' } }))
  const pages = [
    '/',
    '/docs/',
    '/console/acme',
    '/tests/acme',
    '/upstream/acme',
    '/requests',
    '/search',
    '/nope',
  ]

  it.each(pages)('does not mention sandboxes or mails on %s', async (path) => {
    const html = await (await request(path)).text()
    const text = html.replaceAll(/<(style|script)\b.*?<\/\1>/gs, '').replaceAll(/<[^>]*>/g, '')
    expect(text).not.toMatch(/sandbox|inbox|guides in English/i)
  })

  it('finds no controls of sandboxes', async () => {
    const { results } = await (await request('/search.json?q=reset%20token')).json()
    expect(results.map(({ variant }: { variant: string }) => variant)).not.toContain('controls')
  })

  it('reports the state of its mock, and none of a sandbox', async () => {
    expect(await (await request('/status.json')).json()).toEqual({
      apis: { acme: { mock: expect.any(String), tests: expect.anything() } },
    })
  })
})

it('names the contract in the command that prints the configuration of an AI tool', async () => {
  expect(await textOf('/')).toContain(
    'npx auth-contracts mcp --print-config claude --contract acme=examples/own-api/openapi.yaml<',
  )
})
