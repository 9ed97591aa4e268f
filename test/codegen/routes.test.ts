import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RouteConfig } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dereferenced, emittedDocument, normalized } from './documents.ts'
import { generateLibrary, type Library } from './library.ts'

let library: Library
beforeAll(async () => {
  library = await generateLibrary()
})
afterAll(() => library.dispose())

function route(operationId: string): RouteConfig {
  const found = library.generated.routes[operationId]
  if (!found) throw new Error(`There is no route ${operationId}`)
  return found
}

type Part = 'params' | 'query' | 'headers' | 'cookies'

/**
 * Parses a part of a request with the schema of the route. Returns the paths of the issues if it is invalid.
 */
function parse(operationId: string, part: Part, input: Record<string, unknown>) {
  const schema = route(operationId).request?.[part]
  if (!(schema instanceof z.ZodObject)) throw new Error(`The route has no ${part}`)
  const result = schema.safeParse(input)
  return result.success ? result.data : result.error.issues.map(({ path }) => path.join('.'))
}

const statusesOf = (operationId: string) => Object.keys(route(operationId).responses)
const responseOf = (operationId: string, status: string) =>
  (route(operationId).responses as Record<string, { headers?: unknown; content?: Record<string, object> }>)[
    status
  ]

describe('the routes', () => {
  it('contains a route for every operation', () => {
    const ids = ['listBooks', 'addBook', 'getBook', 'removeBook', 'getRandomBook', 'borrowBook', 'sortShelf']
    expect(Object.keys(library.generated.routes)).toEqual(ids)
  })

  it('emits exactly the contract', () => {
    const emitted = emittedDocument(library.generated, library.document)
    const dereference = (document: typeof emitted) => dereferenced(document, normalized(document))
    expect(dereference(emitted)).toEqual(dereference(library.document))
  })

  it('keeps the method, the path and the metadata of an operation', () => {
    expect(route('removeBook')).toMatchObject({
      method: 'delete',
      path: '/books/{bookId}',
      operationId: 'removeBook',
      tags: ['books'],
      summary: 'Remove a book',
      description: 'Cannot be undone.',
      deprecated: true,
    })
  })

  it('keeps texts with line breaks, quotation marks and backticks unchanged', () => {
    const { description } = route('borrowBook')
    expect(description).toMatch(/`b1`.*\n\nDon't .*\$\{/)
    expect(library.document.paths?.['/loans']?.post).toMatchObject({ description })
  })

  it('declares each status, with or without a body', () => {
    expect(statusesOf('addBook')).toEqual(['201', '401', '422'])
    expect(responseOf('removeBook', '204')).toEqual({ description: 'Removed.' })
    expect(responseOf('addBook', '201')?.content).toHaveProperty(['application/json', 'schema'])
    expect(statusesOf('sortShelf')).toEqual(['204', 'default'])
  })
})

describe('security', () => {
  it('sets the security of every route: its own alternatives, none, or those of the contract', () => {
    expect(route('listBooks').security).toEqual([{ session: [] }, { session: [], 'card-number': [] }, {}])
    expect(route('getBook').security).toEqual([])
    expect(route('addBook').security).toEqual([{ session: [] }])
  })

  it('exports all security schemes, even if their names need quotation marks', () => {
    expect(library.generated.securitySchemes).toEqual(library.document.components?.securitySchemes)
  })
})

describe('bodies', () => {
  it('requires a body only if the contract does', () => {
    expect(route('addBook').request?.body?.required).toBe(true)
    expect(route('borrowBook').request?.body?.required).toBeUndefined()
    expect(route('getBook').request?.body).toBeUndefined()
  })

  it('supports shared bodies with several media types', () => {
    expect(Object.keys(route('sortShelf').request?.body?.content ?? {})).toEqual([
      'application/json',
      'application/x-www-form-urlencoded',
    ])
  })
})

describe('parameters', () => {
  it('adds the parameters of a path to the routes of all its operations', () => {
    expect(parse('getBook', 'params', { bookId: 'b1' })).toEqual({ bookId: 'b1' })
    expect(parse('removeBook', 'params', { bookId: 'x' })).toEqual(['bookId'])
  })

  it('converts parameters to numbers and booleans', () => {
    expect(parse('listBooks', 'query', { limit: '7', available: 'true' })).toEqual({
      limit: 7,
      available: true,
    })
    expect(parse('sortShelf', 'params', { 'shelf-no': '3' })).toEqual({ 'shelf-no': 3 })
    expect(parse('sortShelf', 'headers', { 'X-Dry-Run': 'false' })).toEqual({ 'X-Dry-Run': false })
  })

  it.each(['', ' ', 'x', '0x10', '1e3', '101', '0', '1.5'])(
    'rejects %j as a number from 1 to 100',
    (limit) => {
      expect(parse('listBooks', 'query', { limit })).toEqual(['limit'])
    },
  )

  it('rejects words other than true and false as booleans', () => {
    expect(parse('listBooks', 'query', { available: 'yes' })).toEqual(['available'])
  })

  it('fills in the default of a missing parameter', () => {
    expect(parse('listBooks', 'query', {})).toEqual({ limit: 20 })
    expect(parse('sortShelf', 'headers', {})).toEqual({ 'X-Dry-Run': false })
    expect(parse('getBook', 'params', {})).toEqual(['bookId'])
  })

  it('parses lists by their style, with separators or by repetition', () => {
    expect(parse('listBooks', 'query', { genre: 'poetry,non fiction' })).toMatchObject({
      genre: ['poetry', 'non fiction'],
    })
    expect(parse('listBooks', 'query', { genre: 'poetry,prose' })).toEqual(['genre.1'])
    expect(parse('listBooks', 'query', { author: 'Donne, John' })).toMatchObject({ author: ['Donne, John'] })
    expect(parse('listBooks', 'query', { author: ['Donne', 'Herbert'] })).toMatchObject({
      author: ['Donne', 'Herbert'],
    })
    expect(parse('listBooks', 'query', { author: ['a', 'b', 'c', 'd'] })).toEqual(['author'])
    expect(parse('sortShelf', 'query', { by: '3|1' })).toEqual({ by: [3, 1] })
    expect(parse('sortShelf', 'query', { by: '3|3' })).toEqual(['by'])
  })

  it('supports header and cookie names that need quotation marks', () => {
    expect(parse('listBooks', 'headers', { 'X-Request-ID': 'a-1' })).toEqual({ 'X-Request-ID': 'a-1' })
    expect(parse('listBooks', 'cookies', { 'reading-list': 'l1' })).toEqual({ 'reading-list': 'l1' })
  })
})

describe('response headers', () => {
  it('parses response headers, including numbers from text', () => {
    const headers = responseOf('listBooks', '200')?.headers
    if (!(headers instanceof z.ZodObject)) throw new Error('The response has no headers')
    expect(headers.parse({ 'X-Total-Count': '2' })).toEqual({ 'X-Total-Count': 2 })
    expect(headers.safeParse({}).success).toBe(false)
  })

  it('makes response headers optional unless the contract requires them', () => {
    const headers = responseOf('sortShelf', '204')?.headers
    if (!(headers instanceof z.ZodObject)) throw new Error('The response has no headers')
    expect(headers.safeParse({}).success).toBe(true)
  })
})

describe('routes.ts', () => {
  it('refers to shared parts instead of repeating them', async () => {
    const text = await readFile(join(library.out, 'library/routes.ts'), 'utf8')
    expect(text).toContain('422: responses.Invalid,')
    expect(text).toContain("headers: z.object({ 'WWW-Authenticate': headers.WwwAuthenticate })")
    expect(text).toContain('params: z.object({ bookId: parameters.BookId })')
    expect(text).toContain('body: requestBodies.Shelf')
    expect(text).toContain("schemas['shelf-number']")
  })
})
