import { describe, expect, it } from 'vitest'
import { mockOf, operation } from './contract.ts'

const form = 'application/x-www-form-urlencoded'
const withBody = (content: object, required = true) => ({
  post: operation({ requestBody: { required, content } }),
})

const { send } = await mockOf(
  {
    '/token': withBody({ [form]: { schema: { $ref: '#/components/schemas/TokenRequest' } } }),
    '/search': withBody({
      [form]: {
        schema: {
          type: 'object',
          properties: {
            tags: { type: 'array', items: { type: 'string', maxLength: 3 } },
            sizes: { type: 'array', items: { type: 'integer' } },
            filter: { type: 'object', properties: { age: { type: 'integer' } }, additionalProperties: false },
            options: { type: 'object', properties: { deep: { type: 'boolean' } } },
          },
        },
        encoding: { sizes: { style: 'form', explode: false }, filter: { style: 'deepObject' } },
      },
    }),
    '/avatar': withBody({
      'multipart/form-data': {
        schema: {
          type: 'object',
          required: ['file', 'width'],
          properties: {
            file: { type: 'string', format: 'binary' },
            width: { type: 'integer' },
            crop: { type: 'object', required: ['x'], properties: { x: { type: 'integer' } } },
          },
        },
      },
    }),
    '/picture': withBody({
      'multipart/form-data': {
        schema: {
          type: 'object',
          properties: { file: {}, crop: { type: 'object' }, any: {} },
        },
        encoding: {
          file: { contentType: 'image/png, image/jpeg' },
          crop: { contentType: 'application/json' },
          any: { contentType: 'application/octet-stream' },
        },
      },
    }),
    '/either': withBody({
      'application/json': { schema: { type: 'object', required: ['a'] } },
      [form]: { schema: { type: 'object', required: ['b'] } },
      'text/*': { schema: { type: 'string', maxLength: 5 } },
    }),
    '/anything': withBody({ 'application/json': {} }),
    '/strict': withBody({
      'application/merge-patch+json': {
        schema: { type: 'object', properties: { name: { type: 'string' } }, additionalProperties: false },
      },
    }),
    '/pet': withBody({
      'application/json': {
        schema: {
          oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
          discriminator: {
            propertyName: 'kind',
            mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' },
          },
        },
      },
    }),
    '/user': withBody({
      'application/json': {
        schema: {
          type: 'object',
          required: ['id', 'name'],
          properties: { id: { type: 'string', readOnly: true }, name: { type: 'string' } },
        },
      },
    }),
  },
  {
    components: {
      schemas: {
        TokenRequest: {
          allOf: [
            {
              type: 'object',
              required: ['grant_type'],
              properties: { grant_type: { $ref: '#/components/schemas/Grant' } },
            },
            { type: 'object', properties: { expires_in: { type: 'integer', minimum: 1 } } },
          ],
        },
        Grant: { type: 'string', enum: ['password', 'refresh_token'] },
        Cat: { type: 'object', properties: { kind: { type: 'string' }, lives: { type: 'integer' } } },
        Dog: { type: 'object', properties: { kind: { type: 'string' }, lives: { type: 'string' } } },
      },
    },
  },
)

const post = async (path: string, body: string | FormData | URLSearchParams, type?: string) => {
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
  const { status, headers: received } = await send(path, { method: 'POST', body, headers })
  const violations = JSON.parse(received.get('sl-violations') ?? '[]') as { location: string[] }[]
  return [status, ...violations.map(({ location }) => location.slice(1).join('.'))]
}

describe('a form', () => {
  it.each<[string, string, ...unknown[]]>([
    ['/token', 'grant_type=password&expires_in=60', 204],
    ['/token', 'grant_type=nonsense', 422, 'body.grant_type'],
    ['/token', 'grant_type=password&expires_in=soon', 422, 'body.expires_in'],
    ['/token', 'expires_in=60', 422, 'body'],
    ['/search', 'tags=a&tags=b&sizes=1,2&filter[age]=7&options={"deep":true}&other=x', 204],
    ['/search', 'tags=a', 204],
    ['/search', 'tags=a&tags=long', 422, 'body.tags.1'],
    ['/search', 'sizes=1,x', 422, 'body.sizes.1'],
    ['/search', 'filter[age]=old', 422, 'body.filter.age'],
    ['/search', 'filter[name]=x', 422, 'body.filter'],
    ['/search', 'options={"deep":"maybe"}', 422, 'body.options.deep'],
    ['/search', 'options[deep]=maybe', 422, 'body.options.deep'],
  ])('validates the form of %s with the types of its schema: %s', async (path, body, ...expected) => {
    expect(await post(path, body, form)).toEqual(expected)
  })

  it('reads multipart, with files and JSON in parts', async () => {
    const parts = (entries: Record<string, string | Blob>) => {
      const data = new FormData()
      for (const [name, value] of Object.entries(entries)) data.append(name, value)
      return data
    }
    const file = new Blob(['pixels'])
    expect(await post('/avatar', parts({ file, width: '10', crop: '{"x":1}' }))).toEqual([204])
    expect(await post('/avatar', parts({ file, width: 'wide' }))).toEqual([422, 'body.width'])
    expect(await post('/avatar', parts({ width: '10' }))).toEqual([422, 'body'])
    expect(await post('/avatar', parts({ file, width: '10', crop: '{}' }))).toEqual([422, 'body.crop'])
  })

  it('rejects parts whose Content-Type is not that of their encoding', async () => {
    const send = (name: string, head: string) =>
      post(
        '/picture',
        `--b0undary\r\nContent-Disposition: form-data; name="${name}"${head}\r\n\r\n{}\r\n--b0undary--\r\n`,
        'multipart/form-data; boundary=b0undary',
      )
    const file = '; filename="a"'
    expect(await send('file', `${file}\r\nContent-Type: image/jpeg`)).toEqual([204])
    expect(await send('file', `${file}\r\ncontent-type: text/plain`)).toEqual([422, 'body.file'])
    expect(await send('crop', '\r\nContent-Type: application/json; charset=utf-8')).toEqual([204])
    expect(await send('crop', '\r\nContent-Type: text/plain')).toEqual([422, 'body.crop'])
    expect(await send('any', `${file}\r\nContent-Type: image/gif`)).toEqual([204])
  })

  it('accepts parts without a Content-Type, which browsers do not write for texts', async () => {
    const data = new FormData()
    data.append('crop', '{}')
    expect(await post('/picture', data)).toEqual([204])
  })

  it('rejects multipart without a boundary', async () => {
    expect(await post('/avatar', 'x', 'multipart/form-data')).toEqual([422, 'body'])
  })
})

describe('a body', () => {
  it.each<[string, string, string, ...unknown[]]>([
    ['/either', '{"a":1}', 'application/json', 204],
    ['/either', '{"b":1}', 'application/json', 422, 'body'],
    ['/either', 'b=1', form, 204],
    ['/either', 'a=1', form, 422, 'body'],
    ['/either', 'short', 'text/plain; charset=utf-8', 204],
    ['/either', 'too long', 'text/markdown', 422, 'body'],
    ['/either', '<a/>', 'application/xml', 422, 'header.content-type'],
    ['/anything', '[null]', 'application/json', 204],
    ['/anything', '{', 'application/json', 422, 'body'],
    ['/strict', '{"name":"Ada"}', 'application/merge-patch+json', 204],
    ['/strict', '{"nmae":"Ada"}', 'application/merge-patch+json', 422, 'body'],
  ])('validates the body of %s by its media type: %s as %s', async (path, body, type, ...expected) => {
    expect(await post(path, body, type)).toEqual(expected)
  })

  it('validates a body by the schema that the discriminator selects', async () => {
    const type = 'application/json'
    expect(await post('/pet', '{"kind":"cat"}', type)).toEqual([204])
    expect(await post('/pet', '{"kind":"dog","lives":"one"}', type)).toEqual([204])
    expect(await post('/pet', '{"kind":"cat","lives":"nine"}', type)).toEqual([422, 'body.lives'])
    expect(await post('/pet', '{"kind":"cow"}', type)).toEqual([422, 'body.kind'])
    expect(await post('/pet', '{}', type)).toEqual([422, 'body'])
  })

  it('requires no read-only properties', async () => {
    expect(await post('/user', '{"name":"Ada"}', 'application/json')).toEqual([204])
    expect(await post('/user', '{"id":"1"}', 'application/json')).toEqual([422, 'body'])
  })

  it('requires a body where the contract does', async () => {
    expect((await send('/either', { method: 'POST' })).status).toBe(422)
  })
})

describe('a parameter', async () => {
  const parameter = (name: string, schema: object, more: object = {}) => ({
    name,
    in: 'query',
    schema,
    ...more,
  })
  const list = { type: 'array', items: { type: 'integer' } }
  const { send } = await mockOf({
    '/items': {
      get: operation({
        parameters: [
          parameter('ids', list),
          parameter('pages', list, { explode: false }),
          parameter('pipes', list, { style: 'pipeDelimited', explode: false }),
          parameter(
            'filter',
            { type: 'object', properties: { age: { type: 'integer' }, ids: list } },
            { style: 'deepObject' },
          ),
          parameter(
            'range',
            { type: 'object', properties: { from: { type: 'integer' } } },
            { style: 'pipeDelimited' },
          ),
          parameter('sort', { type: ['boolean', 'null'] }),
          { name: 'json', in: 'query', content: { 'application/json': { schema: list } } },
          { name: 'X-Ids', in: 'header', schema: list },
          { name: 'theme', in: 'cookie', schema: { enum: ['dark', 'light'] } },
          { name: 'Authorization', in: 'header', required: true, schema: { type: 'string' } },
        ],
      }),
    },
    '/rows/{ids}': {
      parameters: [{ name: 'ids', in: 'path', required: true, schema: list }],
      get: operation({}),
    },
    '/seats/{seat[}': {
      parameters: [
        { name: 'seat[', in: 'path', required: true, style: 'matrix', schema: { type: 'integer' } },
      ],
      get: operation({}),
    },
    '/needs': {
      get: operation({ parameters: [parameter('pageSize', { type: 'integer' }, { required: true })] }),
    },
  })

  it.each([
    ['/items?ids=1&ids=2', 204],
    ['/items?ids=1&ids=x', 422],
    ['/items?ids=1,2', 422],
    ['/items?pages=1,2', 204],
    ['/items?pages=1,x', 422],
    ['/items?pipes=1|2', 204],
    ['/items?pipes=1,2', 422],
    ['/items?filter[age]=1', 204],
    ['/items?filter[age]=x', 422],
    ['/items?filter[ids]=1&filter[ids]=2', 204],
    ['/items?filter[ids]=1&filter[ids]=x', 422],
    ['/items?range=from|1|to|2', 204],
    ['/items?range=from|x', 422],
    ['/items?sort=true', 204],
    ['/items?sort=maybe', 422],
    ['/items?json=[1]', 204],
    ['/items?json=["x"]', 422],
    ['/rows/1,2', 204],
    ['/rows/1,x', 422],
    ['/seats/;seat[=1', 204],
    ['/seats/;seat[=x', 422],
    ['/needs?pageSize=1', 204],
    ['/needs?pagesize=1', 422],
    ['/needs', 422],
  ])('reads a parameter by its style: %s', async (path, status) => {
    expect((await send(path)).status).toBe(status)
  })

  it.each<[Record<string, string>, number]>([
    [{ 'x-ids': '1,2' }, 204],
    [{ 'x-ids': '1,x' }, 422],
    [{ cookie: 'a=b; theme=dark' }, 204],
    [{ cookie: 'theme=pink' }, 422],
    [{ 'x-ids': '' }, 204],
  ])('reads a parameter from the headers %j', async (headers, status) => {
    expect((await send('/items', { headers })).status).toBe(status)
  })
})
