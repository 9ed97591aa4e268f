import { describe, expect, it } from 'vitest'
import { exampleRequest } from '../../src/openapi/example-request.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'

describe('an example request', () => {
  it('takes single examples, those of schemas or samples, except for optional parameters', () => {
    const [endpoint] = endpointsOf({
      paths: {
        '/users/{id}': {
          put: {
            parameters: [
              { name: 'id', in: 'path', required: true, example: 'u_1' },
              { name: 'page', in: 'query', required: true, schema: { examples: [2] } },
              { name: 'size', in: 'query', required: true, schema: { type: 'integer', minimum: 10 } },
              { name: 'sort', in: 'query', example: 'name' },
            ],
            requestBody: { content: { 'application/json': { example: { name: 'Ada' } } } },
          },
        },
      },
    })
    expect(endpoint && exampleRequest({}, endpoint)).toMatchObject({
      pathParameters: { id: 'u_1' },
      query: { page: '2', size: '10' },
      body: { mediaType: 'application/json', value: { name: 'Ada' } },
    })
  })

  it.each([
    [['application/x-www-form-urlencoded', 'application/vnd.acme+json'], 'application/vnd.acme+json'],
    [['text/json+x', 'application/scim+json', 'application/json'], 'application/json'],
    [['multipart/form-data', 'text/plain'], 'multipart/form-data'],
    [['image/*'], 'image/png'],
    [['*/*'], 'application/json'],
  ])('has a body in JSON, or else in the first of %j', (types, mediaType) => {
    const content = Object.fromEntries(types.map((type) => [type, { example: type }]))
    const [endpoint] = endpointsOf({ paths: { '/users': { post: { requestBody: { content } } } } })
    expect(endpoint && exampleRequest({}, endpoint)).toMatchObject({ body: { mediaType } })
  })

  it('writes objects by the style of their parameter', () => {
    const schema = { type: 'object', properties: { age: { type: 'integer' } } }
    const parameter = { required: true, schema }
    const [endpoint] = endpointsOf({
      paths: {
        '/users/{by}': {
          get: {
            parameters: [
              { ...parameter, name: 'by', in: 'path' },
              { ...parameter, name: 'filter', in: 'query', style: 'deepObject' },
              { ...parameter, name: 'page', in: 'query' },
            ],
          },
        },
      },
    })
    expect(endpoint && exampleRequest({}, endpoint)).toMatchObject({
      pathParameters: { by: 'age,1' },
      query: { 'filter[age]': '1', age: '1' },
    })
  })

  it('has a text for a format that is named like a property of every object', () => {
    const schema = { type: 'string', format: 'constructor' }
    const [endpoint] = endpointsOf({
      paths: { '/users': { get: { parameters: [{ name: 'q', in: 'query', required: true, schema }] } } },
    })
    expect(endpoint && exampleRequest({}, endpoint)).toMatchObject({ query: { q: 'string' } })
  })
})
