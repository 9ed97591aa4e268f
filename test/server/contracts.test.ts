import { readFile } from 'node:fs/promises'
import { describe, expect, it, vi } from 'vitest'
import { contractUrl } from '../../generated/index.ts'
import { createApp } from '../../src/http/app.ts'
import type { Handlers, Routes } from '../../src/http/handlers.ts'
import { responseNamed } from '../../src/mock/example-matcher.ts'
import { loadOperations, type Operation } from '../../src/mock/operation.ts'
import type { Document } from '../../src/openapi/document.ts'
import { findEndpoint } from '../../src/openapi/operations.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'
import { exampleRequest, requestNames } from '../mock/requests.ts'
import { servedNames } from '../support/served.ts'
import { variants } from '../support/variants.ts'

const contracts = await Promise.all(
  servedNames.map(async (variant) => {
    const document = JSON.parse(await readFile(contractUrl(variant), 'utf8'))
    return { variant, document, operations: loadOperations(document) }
  }),
)

/** bondmcp repeats it in its responses, and its examples contain it. */
const headers = { 'x-request-id': 'req_5f2c8a10' }

describe.each(contracts)('contract examples of $variant', ({ variant, document, operations }) => {
  const { routes, errorResponses, lenientBodies } = variants[variant]

  /** Creates a server with one operation, which returns `reply`. */
  function serverOf({ operationId }: Operation, reply: unknown) {
    const handler = vi.fn(async () => reply)
    const handlers = { [operationId]: handler } as unknown as Partial<Handlers<Routes>>
    return { handler, app: createApp({ routes: routes as Routes, handlers, errorResponses, lenientBodies }) }
  }

  const withCases = operations.filter((operation) => requestNames(operation).length > 0)
  it.each(withCases)(
    'accepts or rejects each request example of $operationId as declared',
    async (operation) => {
      const malformed = malformedNames(document, operation)
      for (const name of requestNames(operation)) {
        const { status, body } = exampleResponse(operation, name)
        const { app, handler } = serverOf(operation, { status, ...(body !== undefined && { body }) })
        const response = await app.request(exampleRequest(operation, name, headers))
        const text = await response.text()
        const actual = {
          name,
          handled: handler.mock.calls.length,
          status: response.status,
          text: text && JSON.parse(text),
        }
        expect.soft(actual).toEqual({ name, handled: malformed.has(name) ? 0 : 1, status, text: body ?? '' })
      }
    },
  )

  it.each(operations)('sends every response example of $operationId', async (operation) => {
    for (const { code, contents } of operation.responses) {
      for (const { name, value } of contents.flatMap(({ examples }) => examples)) {
        const status = Number(code)
        const response = await serverOf(operation, { status, body: value }).app.request(
          exampleRequest(operation, 'ok', headers),
        )
        expect.soft([name, response.status, await response.json()]).toEqual([name, status, value])
      }
    }
  })
})

/** Returns the status and body that the contract pairs with a request example. */
function exampleResponse(operation: Operation, name: string): { status: number; body?: unknown } {
  const choice = responseNamed(operation, name)
  const declared = operation.responses.find(({ code }) => code === choice?.code)
  const example = (declared?.contents ?? [])
    .flatMap(({ examples }) => examples)
    .find((each) => each.name === name)
  return { status: Number(choice?.code), ...(example && { body: example.value }) }
}

/** Returns the names of the request examples that violate the schema. */
function malformedNames(document: Document, { operationId }: Operation): Set<string> {
  const { operation, parameters } = findEndpoint(document, operationId) ?? {}
  const body = operation?.requestBody && resolveRef(document, operation.requestBody)
  const parts = (parameters ?? []).map((parameter) => resolveRef(document, parameter))
  return new Set(
    [...parts, ...Object.values(body?.content ?? {})].flatMap((part) =>
      Object.keys(part['x-invalid-examples'] ?? {}),
    ),
  )
}
