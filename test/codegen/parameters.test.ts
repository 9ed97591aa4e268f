import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createMock, type Mock } from '../../src/mock/mock.ts'
import type { Document, Parameter, Schema } from '../../src/openapi/document.ts'
import { createStub } from '../../src/server/stub.ts'
import { emittedDocument, type Generated, normalized } from './documents.ts'
import { loadRoutes } from './generated-stub.ts'

const list: Schema = { type: 'array', items: { type: 'integer' } }
const filter: Schema = {
  type: 'object',
  required: ['limit'],
  properties: { limit: { type: 'integer' }, open: { type: 'boolean' }, ids: list, name: { type: 'string' } },
}
const range: Schema = {
  type: 'object',
  properties: { from: { type: 'number' }, to: { type: 'number' } },
  additionalProperties: false,
}

/** The parameters of an operation, in the query by default, and the end of its path. */
interface Declared {
  parameters: (Partial<Parameter> & { name: string })[]
  path?: string
}

const operations: Record<string, Declared> = {
  deep: {
    parameters: [{ name: 'filter', style: 'deepObject', schema: { $ref: '#/components/schemas/Filter' } }],
  },
  nested: {
    parameters: [
      {
        name: 'where',
        style: 'deepObject',
        required: true,
        schema: {
          type: 'object',
          allOf: [{ properties: { created: range } }, { properties: { any: list } }],
        },
      },
    ],
  },
  deepList: {
    parameters: [
      { name: 'sort', style: 'deepObject', schema: { type: 'array', items: range, maxItems: 2 } },
      { name: 'any', style: 'deepObject', schema: { type: 'array', items: filter } },
    ],
  },
  exploded: {
    parameters: [
      { name: 'range', schema: range },
      { name: 'page', schema: { type: 'integer' } },
    ],
  },
  free: {
    parameters: [
      { name: 'other', schema: { type: 'object', additionalProperties: { type: 'integer' } } },
      { name: 'page', schema: { type: 'string' } },
    ],
  },
  flat: { parameters: [{ name: 'range', explode: false, schema: range }] },
  piped: { parameters: [{ name: 'range', style: 'pipeDelimited', schema: range }] },
  spaced: { parameters: [{ name: 'range', style: 'spaceDelimited', explode: false, schema: range }] },
  mixed: { parameters: [{ name: 'id', schema: { anyOf: [{ type: 'integer' }, list] } }] },
  composed: { parameters: [{ name: 'limit', schema: { allOf: [{ $ref: '#/components/schemas/Limit' }] } }] },
  simple: { path: '/{range}', parameters: [{ name: 'range', in: 'path', schema: range }] },
  simplePairs: {
    path: '/{range}',
    parameters: [{ name: 'range', in: 'path', explode: true, schema: range }],
  },
  label: { path: '/{ids}', parameters: [{ name: 'ids', in: 'path', style: 'label', schema: list }] },
  matrix: { path: '/{ids}', parameters: [{ name: 'ids', in: 'path', style: 'matrix', schema: list }] },
  matrixText: {
    path: '/{id}',
    parameters: [{ name: 'id', in: 'path', style: 'matrix', schema: { type: 'integer' } }],
  },
  header: { parameters: [{ name: 'X-Range', in: 'header', required: true, schema: range }] },
  text: {
    parameters: [{ name: 'csv', content: { 'text/csv': { schema: { type: 'string', pattern: '\\,' } } } }],
  },
}

const document: Document = {
  openapi: '3.1.0',
  info: { title: 'Test', version: '1.0.0' },
  paths: Object.fromEntries(
    Object.entries(operations).map(([operationId, { path = '', parameters }]) => [
      `/${operationId}${path}`,
      {
        get: {
          operationId,
          parameters: parameters.map((parameter) => ({
            in: 'query',
            ...(parameter.in === 'path' && { required: true }),
            ...parameter,
          })),
          responses: { 200: { description: 'OK' }, 422: { description: 'Invalid' } },
        },
      },
    ]),
  ),
  components: { schemas: { Filter: filter, Limit: { type: 'integer', maximum: 9 } } },
}

let api: Awaited<ReturnType<typeof loadRoutes>>
let stub: Awaited<ReturnType<typeof createStub>>
let mock: Mock
let received: unknown

beforeAll(async () => {
  api = await loadRoutes(structuredClone(document))
  mock = await createMock(structuredClone(document), { log: () => {} })
  const handler = async ({ params = {}, query = {}, headers = {} }) => {
    received = { ...params, ...query, ...headers }
    return { status: 200 }
  }
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  const handlers = Object.fromEntries(Object.keys(operations).map((id) => [id, handler]))
  stub = await createStub(api, handlers as object)
  expect(warn).not.toHaveBeenCalled()
})

describe('a stub of generated routes', () => {
  it.each<[request: string, expected: object, headers?: Record<string, string>]>([
    [
      '/deep?filter[limit]=5&filter[open]=true&filter[name]=7&filter[ids][]=1&filter[ids][]=2',
      { filter: { limit: 5, open: true, name: '7', ids: [1, 2] } },
    ],
    ['/deep?filter[limit]=5&filter[ids]=1&filter[ids]=2', { filter: { limit: 5, ids: [1, 2] } }],
    ['/deep', {}],
    ['/nested?where[created][from]=1.5&where[any][0]=3', { where: { created: { from: 1.5 }, any: [3] } }],
    ['/deepList?sort[0][from]=1&sort[1][to]=2', { sort: [{ from: 1 }, { to: 2 }] }],
    ['/deepList?any[0][limit]=1&any[0][ids][]=2', { any: [{ limit: 1, ids: [2] }] }],
    ['/exploded?from=1&to=-2&page=3&unknown=4', { range: { from: 1, to: -2 }, page: 3 }],
    ['/exploded?page=3', { page: 3 }],
    ['/free?a=1&page=2&b=3', { other: { a: 1, b: 3 }, page: '2' }],
    ['/flat?range=from,1,to,2', { range: { from: 1, to: 2 } }],
    ['/piped?range=from|1|to|2', { range: { from: 1, to: 2 } }],
    ['/spaced?range=from%201%20to%202', { range: { from: 1, to: 2 } }],
    ['/mixed?id=1', { id: 1 }],
    ['/mixed?id=1&id=2', { id: [1, 2] }],
    ['/composed?limit=9', { limit: 9 }],
    ['/simple/from,1,to,2', { range: { from: 1, to: 2 } }],
    ['/simplePairs/from=1,to=2', { range: { from: 1, to: 2 } }],
    ['/label/.1,2', { ids: [1, 2] }],
    ['/matrix/;ids=1,2', { ids: [1, 2] }],
    ['/matrixText/;id=7', { id: 7 }],
    ['/header', { 'X-Range': { from: 1 } }, { 'X-Range': 'from,1' }],
    ['/text?csv=a,b', { csv: 'a,b' }],
  ])('reads parameters from %s', async (request, expected, headers = {}) => {
    const response = await stub.request(request, { headers })
    expect(response.status).toBe(200)
    expect(received).toEqual(expected)
    expect((await mock.fetch(new Request(`http://localhost${request}`, { headers }))).status).toBe(200)
  })

  it.each<[request: string, headers?: Record<string, string>]>([
    ['/deep?filter[open]=true'],
    ['/deep?filter[limit]=many'],
    ['/deep?filter[limit]=1&filter[ids][]=x'],
    ['/deep?filter=1'],
    ['/nested'],
    ['/nested?where[created][from]=soon'],
    ['/nested?where[created][until]=1'],
    ['/deepList?sort[0][from]=1&sort[1][to]=2&sort[2][to]=2'],
    ['/exploded?from=now'],
    ['/flat?range=from,now'],
    ['/piped?range=from,1'],
    ['/mixed?id=a'],
    ['/composed?limit=10'],
    ['/simple/from,now'],
    ['/simple/until,1'],
    ['/label/.a'],
    ['/matrixText/;id=a'],
    ['/header', { 'X-Range': 'from,now' }],
    ['/header'],
    ['/text?csv=a'],
  ])('rejects the parameters of %s', async (request, headers = {}) => {
    const response = await stub.request(request, { headers })
    expect(response.status).toBe(422)
    expect((await mock.fetch(new Request(`http://localhost${request}`, { headers }))).status).toBe(422)
  })

  it('names the invalid property of a parameter', async () => {
    const response = await stub.request('/deep?filter[limit]=many')
    expect(await response.json()).toMatchObject({ detail: 'query filter.limit must be a number' })
  })

  it('emits parameters as the contract has them', () => {
    const compared = (each: Document) => {
      const { paths = {} } = normalized(each)
      return ['/deep', '/nested', '/deepList', '/flat', '/matrix/{ids}'].map((path) => paths[path])
    }
    expect(compared(emittedDocument(api as Generated, document))).toEqual(compared(document))
  })
})
