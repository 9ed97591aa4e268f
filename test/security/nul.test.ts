import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { contractUrl } from '../../generated/index.ts'
import { adapters } from '../../src/conformance/variants/index.ts'
import { loadOperations, type Operation } from '../../src/mock/operation.ts'
import type { Document, Method, Schema } from '../../src/openapi/document.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'
import { exampleRequest } from '../mock/requests.ts'
import { borrowTestStore } from '../support/postgres-schema.ts'
import { openSandbox } from '../support/sandbox.ts'
import { createSchemaValidator } from '../support/schema-validator.ts'
import { servedNames } from '../support/served.ts'

const contracts = await Promise.all(
  servedNames.map(async (variant) => {
    const document: Document = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
    return { variant, document, operations: loadOperations(document) }
  }),
)

/** NUL alone, and at each end of text that a parser or a database might truncate. */
const texts = ['\0', '\0text', 'text\0', 'te\0xt']

/** The paths of all string fields of a schema, as property names. */
function stringFields(document: Document, schema: Schema, depth = 0): string[][] {
  const { anyOf = [], oneOf = [], allOf = [], properties = {}, items, type } = resolveRef(document, schema)
  if (depth > 4) return []
  const nested = (name: string, field: Schema) =>
    stringFields(document, field, depth + 1).map((path) => [name, ...path])
  return [
    ...([type].flat().includes('string') ? [[]] : []),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((part) => stringFields(document, part, depth + 1)),
    ...Object.entries(properties).flatMap(([name, field]) => nested(name, field)),
    ...(items ? nested('0', items) : []),
  ]
}

/** Returns the schema of a JSON body from the document. */
function responseSchema(document: Document, { path, method }: Operation, status: number): Schema | undefined {
  const response = document.paths?.[path]?.[method as Method]?.responses?.[status]
  return response && resolveRef(document, response).content?.['application/json']?.schema
}

/** Returns a copy of a body with another value at a path. */
function withValue(body: unknown, [name, ...rest]: string[], value: unknown): unknown {
  if (name === undefined) return value
  const copy: Record<string, unknown> | unknown[] = Array.isArray(body)
    ? [...body]
    : name === '0'
      ? []
      : { ...(body as object) }
  const fields = copy as Record<string, unknown>
  fields[name] = withValue(fields[name], rest, value)
  return copy
}

/** Requests with NUL in one place each: a field, a field name, a parameter of the query or the path. */
async function nulRequests(document: Document, operation: Operation): Promise<[string, Request][]> {
  const requests: [string, Request][] = []
  const example = () => exampleRequest(operation)
  const withUrl = (where: string, change: (url: URL) => void) => {
    const { method, headers } = example()
    const url = new URL(example().url)
    change(url)
    requests.push([where, new Request(url, { method, headers, ...(text && { body: text }) })])
  }
  const text = await example().text()
  const { parameters, body: declared, path } = operation
  for (const nul of texts) {
    for (const { in: location, name } of parameters)
      if (location === 'query') withUrl(`query ${name}`, (url) => url.searchParams.set(name, nul))
    for (const [index, segment] of path.split('/').entries())
      if (segment.startsWith('{'))
        withUrl(`path ${segment}`, (url) => {
          const segments = url.pathname.split('/')
          segments[index] = encodeURIComponent(nul)
          url.pathname = segments.join('/')
        })
    const pointer = declared?.contents[0]?.schema
    if (pointer === undefined) continue
    const schema: Schema = { $ref: `#${encodeURI(pointer)}` }
    const body = text ? JSON.parse(text) : {}
    const { url, method, headers } = example()
    headers.set('content-type', 'application/json')
    const send = (where: string, value: unknown) =>
      requests.push([where, new Request(url, { method, headers, body: JSON.stringify(value) })])
    for (const field of stringFields(document, schema))
      send(`body ${field.join('.')}`, withValue(body, field, nul))
    send('a field name', { ...body, [nul]: 'text' })
    send('an ignored field', { ...body, [`ignored${nul.length}`]: nul })
    send('the whole body', nul)
  }
  return requests
}

describe.each(contracts)('$variant', ({ variant, document, operations }) => {
  const isValid = createSchemaValidator(document)

  it.each(operations)('I05 responds to NUL in each input of $operationId as declared', async (operation) => {
    const store = await borrowTestStore()
    const { fetch, publicUrl } = await openSandbox(variant, { store, operator: { rateLimits: false } })
    for (const [where, request] of await nulRequests(document, operation)) {
      const url = request.url.replace('http://mock.test', publicUrl)
      const response = await fetch(new Request(url, request), { ip: '192.0.2.1' })
      const text = await response.text()
      const context = `${where} ${JSON.stringify(decodeURIComponent(url))}: ${response.status} ${text}`
      const declared = operation.responses.find(({ code }) => code === String(response.status))
      expect.soft(declared, context).toBeDefined()
      expect.soft(response.status, context).not.toBe(500)
      const schema = responseSchema(document, operation, response.status)
      if (schema) expect.soft(isValid(schema, JSON.parse(text)), context).toBeUndefined()
      if (schema) expect.soft(response.headers.get('content-type'), context).toMatch(/^application\/json/)
    }
  })
})

describe('messages about NUL', () => {
  // Each API names the field as in its other errors, or says nothing about the cause.
  it.each([
    ['bkend', { name: 'Name\0' }, 400, 'name must not contain NUL or unpaired surrogates'],
    [
      'bkend',
      { password: 'a fine pass\0phrase' },
      400,
      'password must not contain NUL or unpaired surrogates',
    ],
    ['bondmcp', { name: '\0' }, 400, 'must not contain NUL or unpaired surrogates'],
    ['bondmcp', { password: 'a fine pass\0phrase' }, 400, 'must not contain NUL or unpaired surrogates'],
    ['openfactory', { name: 'Name\0' }, 422, 'Must not contain NUL or unpaired surrogates'],
    ['bedrud', { name: 'Name\0' }, 400, 'Invalid input'],
    ['bedrud', { password: 'a fine pass\0phrase' }, 400, 'Invalid input'],
  ] as const)(
    'I05 explains in %s why a sign-up with %j is rejected',
    async (variant, change, status, message) => {
      const { call } = await openSandbox(variant)
      const { method, path, body, headers } = adapters[variant].signUp({
        email: 'nul@example.net',
        password: 'a fine passphrase',
        name: 'Name',
      })
      const response = await call(method, path, { ...(body as object), ...change }, headers)
      expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(message)])
    },
  )

  it.each([
    ['bondmcp', 'signIn', { password: 'a\0b' }, 'must not contain NUL'],
    ['openfactory', 'signIn', { email: 'a\0b' }, 'Must not contain NUL'],
    ['bkend', 'signIn', { password: 'a\0b' }, 'password must not contain NUL'],
  ] as const)('I05 explains in %s why %s with %j is rejected', async (variant, _, change, message) => {
    const { call } = await openSandbox(variant)
    const sent = adapters[variant].signIn({ email: 'nul@example.net', password: 'a fine passphrase' })
    const response = await call(sent.method, sent.path, { ...(sent.body as object), ...change }, sent.headers)
    expect(await response.text()).toContain(message)
  })
})
