import { expect, it } from 'vitest'
import { json, mockOf, operation } from './contract.ts'

const post = (schema: object) => ({
  post: operation({ requestBody: { content: { 'application/json': { schema } } } }),
})
const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }

it('reports an invalid schema with its place, once, and lets other operations respond', async () => {
  const { send, logged } = await mockOf(
    {
      '/broken': post({ type: 'object', properties: { a: { type: 'int' } } }),
      '/reference': post({ $ref: '#/components/schemas/Missing' }),
      '/fine': post({ type: 'object' }),
    },
    {},
    { name: 'acme', locate: (pointer) => ({ file: 'acme.yaml', line: pointer.length }) },
  )
  for (let call = 0; call < 2; call++) {
    const { status, body } = await send('/broken', request)
    expect([status, body.detail]).toEqual([
      501,
      expect.stringMatching(/^POST \/broken of acme: .*acme\.yaml:\d+\)$/),
    ])
    expect(body.detail).toContain('type must be JSONType or JSONType[]: int')
  }
  expect((await send('/reference', request)).body.detail).toContain('#/components/schemas/Missing')
  expect((await send('/fine', request)).status).toBe(204)
  expect(logged).toHaveLength(2)
})

it('reports a pattern that no regular expression can be made of', async () => {
  const { send } = await mockOf({ '/': post({ properties: { a: { type: 'string', pattern: '(' } } }) })
  expect(await send('/', request)).toMatchObject({
    status: 501,
    body: { detail: expect.stringContaining('regular expression') },
  })
})

it('judges by a pattern for which matching could take years, without blocking', async () => {
  const { send } = await mockOf({
    '/linear': post({ properties: { a: { pattern: '^(a+)+$' } } }),
    '/bounded': post({ properties: { a: { pattern: '^(?=a)(a+)+$' } } }),
  })
  const body = JSON.stringify({ a: `${'a'.repeat(60)}!` })
  expect((await send('/linear', { ...request, body })).status).not.toBe(501)
  expect(await send('/bounded', { ...request, body })).toMatchObject({
    status: 501,
    body: { detail: expect.stringContaining('takes more than 1 s') },
  })
  expect((await send('/bounded', { ...request, body: '{"a":"aa"}' })).status).toBe(204)
})

it('gives up a response whose pattern could take years, without blocking', async () => {
  const schema = { type: 'string', minLength: 32, pattern: '^(?=\\w)(\\w+)+[.](?!.)(?=x)$' }
  const optional = { type: 'object', properties: { a: schema, b: { type: 'array', items: schema } } }
  const { send } = await mockOf({
    '/text': { get: { responses: { 200: json(schema) } } },
    '/optional': { get: { responses: { 200: json(optional) } } },
  })
  const start = performance.now()
  expect(await send('/text')).toMatchObject({
    status: 501,
    body: { detail: expect.stringContaining('takes more than 1 s') },
  })
  expect(await send('/optional')).toMatchObject({ status: 200, body: { b: [] } })
  expect(performance.now() - start).toBeLessThan(6000)
})

it('accepts patterns that only the older syntax of regular expressions permits', async () => {
  const { send } = await mockOf({
    '/': post({ properties: { a: { type: ['string', 'integer'], pattern: '^[\\w-.]+$' } } }),
  })
  expect((await send('/', request)).status).toBe(204)
})

it('reports an operation without responses', async () => {
  const { send } = await mockOf({
    '/': { get: { responses: {} } },
    '/fine': { get: { responses: { 200: json({}) } } },
  })
  expect(await send('/')).toMatchObject({
    status: 501,
    body: { detail: expect.stringContaining('declares no responses') },
  })
  expect((await send('/fine')).status).toBe(200)
})

it.each(['constructor', 'toString', 'hasOwnProperty'])(
  'finds a property %s only where it is sent',
  async (name) => {
    const schema = { type: 'object', properties: { [name]: { type: 'string' } } }
    const { send } = await mockOf({ '/': post(schema), '/required': post({ ...schema, required: [name] }) })
    const status = async (path: string, body: object) =>
      (await send(path, { ...request, body: JSON.stringify(body) })).status
    expect(await status('/', {})).toBe(204)
    expect(await status('/', { [name]: 'a' })).toBe(204)
    expect(await status('/', { [name]: 1 })).not.toBe(204)
    expect(await status('/required', {})).not.toBe(204)
  },
)

it('does not take data of examples for ids of schemas', async () => {
  const { send } = await mockOf({
    '/': { get: { responses: { 200: json({ example: { $id: 'a', $anchor: 'b', first: true } }) } } },
    '/other': {
      ...{ get: { responses: { 200: json({ example: { $id: 'a', $anchor: 'b' } }) } } },
      ...post({ type: 'object', properties: { $id: { type: 'string' } } }),
    },
  })
  expect((await send('/')).body).toEqual({ $id: 'a', $anchor: 'b', first: true })
  expect((await send('/other', { ...request, body: '{"$id":"a"}' })).status).toBe(204)
  expect((await send('/other', { ...request, body: '{"$id":1}' })).status).not.toBe(204)
})
