import { describe, expect, it } from 'vitest'
import { leaveOutLimits } from '../../src/codegen/leave-out.ts'
import type { Document } from '../../src/openapi/document.ts'

/** Creates a document with the operations `first`, which has the given parts, and `second`. */
function documentOf({ operation = {}, schemas = {} }): Document {
  const responses = { 204: { description: 'Done.' } }
  const first = { operationId: 'first', responses, ...operation }
  return {
    openapi: '3.1.0',
    info: { title: 'Test', version: '1.0.0' },
    paths: { '/first': { get: first }, '/second': { get: { operationId: 'second', responses } } },
    components: { schemas },
  }
}

const bodyOf = (schema: object) => ({ requestBody: { content: { 'application/json': { schema } } } })
const operationsOf = ({ paths = {} }: Document) =>
  Object.values(paths).flatMap((item) => Object.values(item as object).map(({ operationId }) => operationId))

describe('leaveOutLimits', () => {
  it.each<[what: string, part: Parameters<typeof documentOf>[0], pointer: string, message: string]>([
    [
      'a keyword that cannot be expressed',
      { operation: bodyOf({ unevaluatedProperties: false }) },
      '/paths/~1first/get/requestBody/content/application~1json/schema/unevaluatedProperties',
      'The generated code cannot express the keyword unevaluatedProperties.',
    ],
    [
      'an unknown type',
      { operation: bodyOf({ type: 'file' }) },
      '/paths/~1first/get/requestBody/content/application~1json/schema/type',
      'JSON Schema has no type "file". It has string, number, integer, boolean, object, array, null.',
    ],
    [
      'an invalid pattern',
      { operation: bodyOf({ type: 'string', pattern: '(' }) },
      '/paths/~1first/get/requestBody/content/application~1json/schema/pattern',
      'The pattern ( is not a regular expression of JavaScript.',
    ],
    [
      'a reference to a response in place of a schema',
      { operation: bodyOf({ $ref: '#/components/responses/Error' }) },
      '/paths/~1first/get/requestBody/content/application~1json/schema/$ref',
      '#/components/responses/Error is not a schema.',
    ],
    [
      'an invalid status',
      { operation: { responses: { '4xx': { description: 'Wrong.' } } } },
      '/paths/~1first/get',
      '4xx is not a status.',
    ],
  ])('leaves out an operation with %s, and no other', (_, part, pointer, message) => {
    const { document, warnings } = leaveOutLimits(documentOf(part))
    expect(operationsOf(document)).toEqual(['second'])
    expect(warnings).toEqual([{ pointer, message: expect.stringContaining(message) }])
    expect(warnings[0]?.message).toContain('The code leaves out first.')
  })

  it('says where the schema of a response is that was referred to as a schema', () => {
    const contract = documentOf({ operation: bodyOf({ $ref: '#/components/responses/Error' }) })
    const content = { 'application/json': { schema: {} } }
    contract.components = { responses: { Error: { description: 'Wrong.', content } } }
    expect(leaveOutLimits(contract).warnings[0]?.message).toBe(
      '#/components/responses/Error is not a schema. Refer to its schema: ' +
        '#/components/responses/Error/content/application~1json/schema. The code leaves out first.',
    )
  })

  it('keeps an operation whose patterns have needless escapes', () => {
    const contract = documentOf({ operation: bodyOf({ type: 'string', pattern: '^\\@$' }) })
    expect(leaveOutLimits(contract).warnings).toEqual([])
  })

  it('leaves out the operations that refer to a schema through others', () => {
    const schemas = {
      Inner: { unevaluatedItems: false },
      Outer: { properties: { inner: { $ref: '#/components/schemas/Inner' } } },
      Other: { type: 'string' },
    }
    const operation = bodyOf({ $ref: '#/components/schemas/Outer' })
    const { document, warnings } = leaveOutLimits(documentOf({ operation, schemas }))
    expect(operationsOf(document)).toEqual(['second'])
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(['Other'])
    expect(warnings).toHaveLength(1)
  })

  it('keeps all operations if no one needs the schema', () => {
    const { document, warnings } = leaveOutLimits(
      documentOf({ schemas: { Unused: { $dynamicRef: '#node' } } }),
    )
    expect(operationsOf(document)).toEqual(['first', 'second'])
    expect(warnings[0]?.message).toContain('No operation needs it.')
  })

  it('returns a document without limits unchanged', () => {
    const contract = documentOf({ operation: bodyOf({ not: { type: 'null' } }) })
    contract.components = { securitySchemes: { certificate: { type: 'mutualTLS' } } }
    expect(leaveOutLimits(contract)).toEqual({ document: contract, warnings: [] })
  })
})
