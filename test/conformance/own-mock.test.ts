import { expect, it, onTestFinished } from 'vitest'
import { createContract } from '../../src/conformance/contract/contract.ts'
import { testConformance } from '../../src/conformance/index.ts'
import { createMock } from '../../src/mock/mock.ts'
import type { Document } from '../../src/openapi/document.ts'
import { listen } from '../../src/server/listen.ts'
import { json } from '../mock/contract.ts'

/** Tests the mock of a contract with these paths by the same contract. */
async function testOwnMock(paths: object, more: object = {}) {
  const info = { title: 'Small', version: '1' }
  const document = { openapi: '3.1.0', info, paths, ...more } as Document
  const mock = await createMock(document, { log: () => {} })
  const server = await listen((request) => mock.fetch(request), { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const contract = createContract('small.json', document, '')
  const report = await testConformance({ contract, url: server.url, strict: true, seed: 7 })
  return {
    messages: report.failures.map(({ finding }) => finding.message),
    requests: report.results.flatMap(({ exchanges }) => exchanges.map(({ request }) => request)),
  }
}

const invalid = { 400: json({ type: 'object' }, { invalid: { error: 'invalid' } }) }

it('routes like the mock, with text around a parameter before a parameter alone', async () => {
  const parameters = [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }]
  const { messages, requests } = await testOwnMock({
    '/files/{name}': {
      get: {
        operationId: 'getFile',
        parameters,
        responses: { 200: json({ type: 'object' }, { ok: { name: 'a' } }), ...invalid },
      },
    },
    '/files/{name}.xml': {
      get: {
        operationId: 'getXml',
        parameters,
        responses: { 200: json({ type: 'string' }, { ok: '<a/>' }), ...invalid },
      },
    },
  })
  expect(messages).toEqual([])
  expect(requests.some(({ url }) => url.endsWith('.xml'))).toBe(true)
})

it('judges a body by the schema that the discriminator selects', async () => {
  const step = (required: string) => ({
    type: 'object',
    required: ['method', required],
    properties: { method: { type: 'string' }, [required]: { type: 'string', minLength: 2 } },
  })
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
  const schema = {
    oneOf: [ref('Password'), ref('Code')],
    discriminator: {
      propertyName: 'method',
      mapping: { password: '#/components/schemas/Password', code: '#/components/schemas/Code' },
    },
  }
  const examples = {
    password: { value: { method: 'password', password: 'secret', code: '123456' } },
    code: { value: { method: 'code', code: '123456' } },
  }
  const done = { password: { method: 'password', password: 'secret', code: '123456' } }
  const { messages, requests } = await testOwnMock(
    {
      '/flow': {
        post: {
          operationId: 'continueFlow',
          requestBody: { required: true, content: { 'application/json': { schema, examples } } },
          responses: { 200: json(schema, done), ...invalid },
        },
      },
    },
    { components: { schemas: { Password: step('password'), Code: step('code') } } },
  )
  expect(messages).toEqual([])
  expect(requests.map(({ body }) => body)).toContain('{"method":"code"}')
})

it('sends another constant than those of the discriminator', async () => {
  const branch = (kind: string) => ({
    type: 'object',
    required: ['kind'],
    properties: { kind: { const: kind } },
  })
  const schema = { oneOf: [branch('cat'), branch('dog')], discriminator: { propertyName: 'kind' } }
  const { messages, requests } = await testOwnMock({
    '/pets': {
      post: {
        operationId: 'addPet',
        requestBody: {
          required: true,
          content: { 'application/json': { schema, example: { kind: 'cat' } } },
        },
        responses: { 204: { description: 'Done' }, ...invalid },
      },
    },
  })
  expect(messages).toEqual([])
  expect(requests.map(({ body }) => body)).toContain('{"kind":"auth-contracts"}')
})

it('sends no header that the body and security describe, and demands none', async () => {
  const header = (name: string) => ({ name, in: 'header', required: true, schema: { type: 'string' } })
  const schema = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } }
  const { messages, requests } = await testOwnMock({
    '/avatar': {
      post: {
        operationId: 'uploadAvatar',
        parameters: [header('Accept'), header('content-type'), header('Authorization')],
        requestBody: {
          required: true,
          content: { 'multipart/form-data': { schema, examples: { ok: { value: { name: 'Ada' } } } } },
        },
        responses: { 204: { description: 'Done' }, ...invalid },
      },
    },
  })
  expect(messages).toEqual([])
  expect(requests.flatMap(({ headers }) => headers)).not.toContainEqual(['accept', 'string'])
  expect(requests.flatMap(({ headers }) => headers)).toContainEqual([
    'content-type',
    expect.stringContaining('boundary='),
  ])
})

it('writes lists and cookies of generated requests as the mock reads them', async () => {
  const strings = { type: 'array', items: { type: 'string', enum: ['a', 'b', 'c'] } }
  const examples = { one: { value: ['a'] }, two: { value: ['b', 'c'] } }
  const { messages, requests } = await testOwnMock({
    '/groups/{group}/users/{user}': {
      get: {
        operationId: 'listRoles',
        parameters: [
          { name: 'group', in: 'path', required: true, schema: strings, examples },
          { name: 'user', in: 'path', required: true, schema: { type: 'string' }, example: 'ada' },
          { name: 'roles', in: 'query', style: 'pipeDelimited', explode: false, schema: strings, examples },
          { name: 'theme', in: 'cookie', required: true, schema: { type: 'string', enum: ['50 %', 'a;b'] } },
        ],
        responses: { 204: { description: 'Done' }, ...invalid },
      },
    },
  })
  expect(messages).toEqual([])
  const urls = requests.map(({ url }) => decodeURIComponent(new URL(url).pathname + new URL(url).search))
  expect(urls).toContain('/groups/b,c/users/ada?roles=b|c')
  const cookies = requests.flatMap(({ headers }) => headers.filter(([name]) => name === 'cookie'))
  expect(cookies).toContainEqual(['cookie', 'theme=50%20%25'])
  expect(cookies).toContainEqual(['cookie', 'theme=a%3Bb'])
})
