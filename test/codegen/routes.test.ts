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
  if (!found) throw new Error(`no route ${operationId}`)
  return found
}

type Part = 'params' | 'query' | 'headers' | 'cookies'

/** Reads a part of a request, as text or lists of texts, with the schema of the route. */
function read(operationId: string, part: Part, input: Record<string, unknown>) {
  const schema = route(operationId).request?.[part]
  if (!(schema instanceof z.ZodObject)) throw new Error(`no ${part}`)
  const result = schema.safeParse(input)
  return result.success ? result.data : result.error.issues.map(({ path }) => path.join('.'))
}

const statusesOf = (operationId: string) => Object.keys(route(operationId).responses)
const responseOf = (operationId: string, status: string) =>
  (route(operationId).responses as Record<string, { headers?: unknown; content?: Record<string, object> }>)[
    status
  ]

describe('the routes', () => {
  it('are there for every operation, by operationId', () => {
    const ids = ['listBooks', 'addBook', 'getBook', 'removeBook', 'getRandomBook', 'borrowBook', 'sortShelf']
    expect(Object.keys(library.generated.routes)).toEqual(ids)
  })

  it('emit the contract again, member for member', () => {
    const emitted = emittedDocument(library.generated, library.document)
    const whole = (document: typeof emitted) => dereferenced(document, normalized(document))
    expect(whole(emitted)).toEqual(whole(library.document))
  })

  it('have the method, the path and all that is said about the operation', () => {
    expect(route('removeBook')).toMatchObject({
      method: 'delete',
      path: '/books/{bookId}',
      operationId: 'removeBook',
      tags: ['books'],
      summary: 'Remove a book',
      description: 'Gone for good.',
      deprecated: true,
    })
  })

  it('keep texts with line breaks, quotation marks and backticks as they are', () => {
    const { description } = route('borrowBook')
    expect(description).toMatch(/`b1`.*\n\nDon't .*\$\{/)
    expect(library.document.paths?.['/loans']?.post).toMatchObject({ description })
  })

  it('declare each status, with a body or without', () => {
    expect(statusesOf('addBook')).toEqual(['201', '401', '422'])
    expect(responseOf('removeBook', '204')).toEqual({ description: 'Gone.' })
    expect(responseOf('addBook', '201')?.content).toHaveProperty(['application/json', 'schema'])
    expect(statusesOf('sortShelf')).toEqual(['204', 'default'])
  })
})

describe('security', () => {
  it('is said of every route: its own alternatives, none, or those of the whole contract', () => {
    expect(route('listBooks').security).toEqual([{ session: [] }, { session: [], 'card-number': [] }, {}])
    expect(route('getBook').security).toEqual([])
    expect(route('addBook').security).toEqual([{ session: [] }])
  })

  it('has its schemes beside the routes, also those whose names need quotation marks', () => {
    expect(library.generated.securitySchemes).toEqual(library.document.components?.securitySchemes)
  })
})

describe('bodies', () => {
  it('are required only where the contract says so', () => {
    expect(route('addBook').request?.body?.required).toBe(true)
    expect(route('borrowBook').request?.body?.required).toBeUndefined()
    expect(route('getBook').request?.body).toBeUndefined()
  })

  it('may be shared, and of several media types', () => {
    expect(Object.keys(route('sortShelf').request?.body?.content ?? {})).toEqual([
      'application/json',
      'application/x-www-form-urlencoded',
    ])
  })
})

describe('parameters', () => {
  it('are in the route of every operation of their path', () => {
    expect(read('getBook', 'params', { bookId: 'b1' })).toEqual({ bookId: 'b1' })
    expect(read('removeBook', 'params', { bookId: 'x' })).toEqual(['bookId'])
  })

  it('become numbers and booleans', () => {
    expect(read('listBooks', 'query', { limit: '7', available: 'true' })).toEqual({
      limit: 7,
      available: true,
    })
    expect(read('sortShelf', 'params', { 'shelf-no': '3' })).toEqual({ 'shelf-no': 3 })
    expect(read('sortShelf', 'headers', { 'X-Dry-Run': 'false' })).toEqual({ 'X-Dry-Run': false })
  })

  it.each(['', ' ', 'x', '0x10', '1e3', '101', '0', '1.5'])(
    'refuse %j as a number from 1 to 100',
    (limit) => {
      expect(read('listBooks', 'query', { limit })).toEqual(['limit'])
    },
  )

  it('refuse other words for booleans', () => {
    expect(read('listBooks', 'query', { available: 'yes' })).toEqual(['available'])
  })

  it('take their default where they are absent, and are optional without one', () => {
    expect(read('listBooks', 'query', {})).toEqual({ limit: 20 })
    expect(read('sortShelf', 'headers', {})).toEqual({ 'X-Dry-Run': false })
    expect(read('getBook', 'params', {})).toEqual(['bookId'])
  })

  it('are lists by their style: with separators, or repeated', () => {
    expect(read('listBooks', 'query', { genre: 'poetry,non fiction' })).toMatchObject({
      genre: ['poetry', 'non fiction'],
    })
    expect(read('listBooks', 'query', { genre: 'poetry,prose' })).toEqual(['genre.1'])
    expect(read('listBooks', 'query', { author: 'Donne, John' })).toMatchObject({ author: ['Donne, John'] })
    expect(read('listBooks', 'query', { author: ['Donne', 'Herbert'] })).toMatchObject({
      author: ['Donne', 'Herbert'],
    })
    expect(read('listBooks', 'query', { author: ['a', 'b', 'c', 'd'] })).toEqual(['author'])
    expect(read('sortShelf', 'query', { by: '3|1' })).toEqual({ by: [3, 1] })
    expect(read('sortShelf', 'query', { by: '3|3' })).toEqual(['by'])
  })

  it('in headers and cookies may need quotation marks', () => {
    expect(read('listBooks', 'headers', { 'X-Request-ID': 'a-1' })).toEqual({ 'X-Request-ID': 'a-1' })
    expect(read('listBooks', 'cookies', { 'reading-list': 'l1' })).toEqual({ 'reading-list': 'l1' })
  })
})

describe('response headers', () => {
  it('are schemas under their names, numbers from text included', () => {
    const headers = responseOf('listBooks', '200')?.headers
    if (!(headers instanceof z.ZodObject)) throw new Error('no headers')
    expect(headers.parse({ 'X-Total-Count': '2' })).toEqual({ 'X-Total-Count': 2 })
    expect(headers.safeParse({}).success).toBe(false)
  })

  it('are optional unless the contract requires them', () => {
    const headers = responseOf('sortShelf', '204')?.headers
    if (!(headers instanceof z.ZodObject)) throw new Error('no headers')
    expect(headers.safeParse({}).success).toBe(true)
  })
})

describe('routes.ts', () => {
  it('refers to what is shared instead of repeating it', async () => {
    const text = await readFile(join(library.out, 'library/routes.ts'), 'utf8')
    expect(text).toContain('422: responses.Invalid,')
    expect(text).toContain("headers: z.object({ 'WWW-Authenticate': headers.WwwAuthenticate })")
    expect(text).toContain('params: z.object({ bookId: parameters.BookId })')
    expect(text).toContain('body: requestBodies.Shelf')
    expect(text).toContain("schemas['shelf-number']")
  })
})
