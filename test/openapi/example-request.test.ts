import { describe, expect, it } from 'vitest'
import { exampleRequest, requestExampleNames } from '../../src/openapi/example-request.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { requestFields } from '../../src/openapi/request-fields.ts'

/** Returns the values of an example request by the names of its parameters. */
const valuesOf = ({ parameters }: ReturnType<typeof exampleRequest>) =>
  Object.fromEntries(parameters.map(({ parameter, value }) => [parameter.name, value]))

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
    const request = endpoint && exampleRequest({}, endpoint)
    expect(request && valuesOf(request)).toEqual({ id: 'u_1', page: 2, size: 10 })
    expect(request?.body).toMatchObject({ mediaType: 'application/json', value: { name: 'Ada' } })
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

  it('writes each parameter in its style, and all cookies in one header', () => {
    const list = {
      required: true,
      schema: { type: 'array', items: { enum: ['a', 'b'] } },
      example: ['a', 'b'],
    }
    const object = { required: true, example: { age: 1 } }
    const [endpoint] = endpointsOf({
      paths: {
        '/users/{by}': {
          get: {
            parameters: [
              { ...object, name: 'by', in: 'path' },
              { ...object, name: 'filter', in: 'query', style: 'deepObject' },
              { ...object, name: 'page', in: 'query' },
              { ...list, name: 'ids', in: 'query' },
              { ...list, name: 'X-Tags', in: 'header' },
              { ...list, name: 'flags', in: 'cookie' },
              { name: 'view', in: 'cookie', required: true, content: { 'application/json': object } },
            ],
          },
        },
      },
    })
    expect(endpoint && requestFields(exampleRequest({}, endpoint).parameters)).toEqual({
      pathParameters: { by: 'age,1' },
      query: [
        ['filter[age]', '1'],
        ['age', '1'],
        ['ids', 'a'],
        ['ids', 'b'],
      ],
      headers: { 'X-Tags': 'a,b', Cookie: 'flags=a%2Cb; view={%22age%22:1}' },
    })
  })

  it('sends a credential once that the contract also declares as a parameter', () => {
    const parameter = (name: string, location: 'query' | 'header' | 'cookie') => ({
      ...{ name, in: location, required: true, schema: { type: 'string' } },
    })
    const credential = { scheme: 'key', kind: 'key' as const, prefix: '', description: '', example: 'k_1' }
    const [endpoint] = endpointsOf({
      paths: {
        '/users': {
          get: {
            parameters: [
              parameter('key', 'query'),
              parameter('x-key', 'header'),
              parameter('session', 'cookie'),
              parameter('Authorization', 'header'),
            ],
          },
        },
      },
    })
    const credentials = [
      { ...credential, in: 'query' as const, name: 'key' },
      { ...credential, in: 'header' as const, name: 'X-Key' },
      { ...credential, in: 'cookie' as const, name: 'session' },
    ]
    expect(endpoint && requestFields(exampleRequest({}, endpoint).parameters, credentials)).toEqual({
      pathParameters: {},
      query: [['key', 'k_1']],
      headers: { 'X-Key': 'k_1', Cookie: 'session=k_1' },
    })
  })

  it('sends the cookies of a header parameter along with all others', () => {
    const parameters = [
      { parameter: { name: 'cookie', in: 'header' as const }, value: 'a=1' },
      { parameter: { name: 'b', in: 'cookie' as const }, value: 2 },
    ]
    expect(requestFields(parameters).headers).toEqual({ Cookie: 'a=1; b=2' })
  })

  it('takes the valid example of a media type that describes a parameter', () => {
    const content = {
      'application/json': {
        examples: { ok: { value: { a: 1 } }, all: { value: {} } },
        'x-invalid-examples': { text: { value: 'a' } },
      },
    }
    const [endpoint] = endpointsOf({
      paths: { '/users': { get: { parameters: [{ name: 'q', in: 'query', required: true, content }] } } },
    })
    if (!endpoint) throw new Error('The contract has no operation.')
    expect(requestExampleNames({}, endpoint)).toEqual(['ok', 'all', 'text'])
    expect([undefined, 'all', 'text'].map((name) => valuesOf(exampleRequest({}, endpoint, name)))).toEqual([
      { q: { a: 1 } },
      { q: {} },
      { q: 'a' },
    ])
  })

  it('has a text for a format that is named like a property of every object', () => {
    const schema = { type: 'string', format: 'constructor' }
    const [endpoint] = endpointsOf({
      paths: { '/users': { get: { parameters: [{ name: 'q', in: 'query', required: true, schema }] } } },
    })
    const request = endpoint && exampleRequest({}, endpoint)
    expect(request && valuesOf(request)).toEqual({ q: 'string' })
  })
})
