import { describe, expect, it } from 'vitest'
import type { Parameter, Schema } from '../../src/openapi/document.ts'
import { exampleRequest } from '../../src/openapi/example-request.ts'
import { requestFields } from '../../src/openapi/request-fields.ts'

const list: Schema = { type: 'array', items: { type: 'string' }, default: [] }
const form = 'application/x-www-form-urlencoded'

/** Returns the example request of an operation with these parameters, and a body of this type. */
function requestOf(parameters: Parameter[], schema: Schema, mediaType = form) {
  const operation = { requestBody: { content: { [mediaType]: { schema } } } }
  return exampleRequest({}, { path: '/', method: 'post', operation, parameters })
}

describe('the example of a required list', () => {
  it('has an item in a parameter, where an empty list cannot be written', () => {
    const filter = { type: 'object', additionalProperties: { type: 'string' } }
    const parameters: Parameter[] = [
      { name: 'ids', in: 'query', required: true, schema: list },
      { name: 'filter', in: 'query', required: true, style: 'deepObject', schema: filter },
      { name: 'X-Ids', in: 'header', required: true, schema: { $ref: '#/components/schemas/List' } },
    ]
    const document = { components: { schemas: { List: list } } }
    const example = exampleRequest(document, { path: '/', method: 'get', operation: {}, parameters })
    const { query, headers } = requestFields(example.parameters)
    expect(query).toEqual([
      ['ids', 'string'],
      [expect.stringMatching(/^filter\[\w+\]$/), expect.any(String)],
    ])
    expect(headers).toEqual({ 'X-Ids': 'string' })
  })

  it.each([form, 'multipart/form-data'])('has an item in a body of the type %s', (mediaType) => {
    const schema = { type: 'object', required: ['ids'], properties: { ids: list, more: list } }
    expect(requestOf([], schema, mediaType).body?.value).toEqual({ ids: ['string'], more: [] })
  })

  it('is that of the schema in JSON', () => {
    const schema = { type: 'object', required: ['ids'], properties: { ids: list } }
    expect(requestOf([], schema, 'application/json').body?.value).toEqual({ ids: [] })
  })
})
