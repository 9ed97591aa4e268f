import { describe, expect, it } from 'vitest'
import { createCatalog } from '../../src/catalog/api.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import { renderBruno } from '../../src/codegen/bruno.ts'
import { createCollection } from '../../src/codegen/collection.ts'
import { renderPostman } from '../../src/codegen/postman.ts'
import type { ContractFile } from '../../src/contract-files/load.ts'
import { type OperationCall, operationRequest } from '../../src/mcp/sandbox-call.ts'
import { createMock } from '../../src/mock/mock.ts'
import { exampleRequest } from '../../src/openapi/example-request.ts'
import { requestMessage } from '../../src/openapi/http-message.ts'
import { findEndpoint } from '../../src/openapi/operations.ts'
import type { PostmanCollection } from '../codegen/collection-runner.ts'
import { parameterStyles as document, operationIds } from '../support/parameter-styles.ts'

interface BrunoCollection {
  items: {
    request: {
      url: string
      headers: { name: string; value: string }[]
      params: { name: string; value: string; type: string }[]
    }
  }[]
}

const origin = 'http://localhost'
const mock = await createMock(document, { log: () => {} })
const collection = createCollection(document, origin)
const postman = renderPostman(collection) as PostmanCollection
const bruno = renderBruno(collection) as BrunoCollection

/** Fills the variables of a path as API clients do. */
const fill = (url: string, values: [name: string, value: string][]) =>
  values.reduce(
    (filled, [name, value]) => filled.replace(`/:${name}`, `/${encodeURIComponent(value)}`),
    url.replace('{{baseUrl}}', origin),
  )

const requests = {
  Postman(id: (typeof operationIds)[number]) {
    const { url, header } = postman.item[operationIds.indexOf(id)]?.request ?? expect.fail()
    const variables = (url.variable ?? []).map(({ key, value }): [string, string] => [key, value])
    const query = new URLSearchParams(url.query?.map(({ key, value }) => [key, value]))
    const filled = fill(url.raw, variables)
    expect(new URL(filled).searchParams.toString()).toBe(query.toString())
    return new Request(filled, { headers: header.map(({ key, value }) => [key, value]) })
  },
  Bruno(id: (typeof operationIds)[number]) {
    const { url, headers, params } = bruno.items[operationIds.indexOf(id)]?.request ?? expect.fail()
    const pairs = (type: string) =>
      params.filter((each) => each.type === type).map(({ name, value }): [string, string] => [name, value])
    const filled = fill(url, pairs('path'))
    expect([...new URL(filled).searchParams]).toEqual(pairs('query'))
    return new Request(filled, { headers: headers.map(({ name, value }) => [name, value]) })
  },
  'the HTTP message of the docs'(id: (typeof operationIds)[number]) {
    const endpoint = findEndpoint(document, id) ?? expect.fail()
    const message = requestMessage(document, endpoint.operation, exampleRequest(document, endpoint))
    const [start = '', ...lines] = message.split('\n')
    return new Request(origin + start.split(' ')[1], {
      headers: lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]),
    })
  },
  MCP: (id: (typeof operationIds)[number]) => mcpRequest({ operationId: id }),
}

function mcpRequest(call: OperationCall): Request {
  const api = contractApi('styles', { url: new URL('file:///styles.json'), document } as ContractFile)
  const context = { catalog: createCatalog([api]), origin, fetch: async () => expect.fail() }
  const { url, headers } = operationRequest(context, api, document, call)
  return new Request(url.replace('/mock/styles', ''), { headers })
}

describe.each(Object.entries(requests))('the example request of %s', (_, requestOf) => {
  it.each(operationIds)('is accepted by the mock with the parameter %s', async (id) => {
    const response = await mock.fetch(requestOf(id))
    expect([response.status, await response.text()]).toEqual([204, ''])
  })
})

it('repeats a parameter of the query for which a caller of MCP passes a list', async () => {
  const request = mcpRequest({ operationId: 'listForm', query: { listForm: ['c', 'a b'] } })
  expect(new URL(request.url).search).toBe('?listForm=c&listForm=a+b')
  expect((await mock.fetch(request)).status).toBe(204)
})

it('accepts a list in a header with white space after its commas', async () => {
  const headers = { 'X-List': 'a b, c' }
  expect((await mock.fetch(new Request(`${origin}/listHeader`, { headers }))).status).toBe(204)
})

it('rejects a parameter in another style', async () => {
  for (const query of ['listForm=a+b,c', 'objectForm=age,5,on,true', 'json[age]=5'])
    expect((await mock.fetch(new Request(`${origin}/${query.split(/[[=]/)[0]}?${query}`))).status).toBe(422)
})
