import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCatalog } from '../../src/catalog/api.ts'
import { contractApi } from '../../src/catalog/contract-api.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { createHub } from '../../src/hub/app.ts'

const integers = { type: 'array', items: { type: 'integer' } }
const filter = { type: 'object', properties: { city: { type: 'string' } }, additionalProperties: false }
const meta = { type: 'object', properties: { w: { type: 'integer' } } }
const login = {
  type: 'object',
  required: ['email'],
  properties: { email: { type: 'string' }, password: { minLength: 8 } },
}
const schemaOf = (properties: object) => ({ type: 'object', properties })
const responses = { '200': { description: 'OK' }, '422': { description: 'Invalid' } }
const document = {
  openapi: '3.1.0',
  info: { title: 'Harbour', version: '1.0.0' },
  paths: {
    '/berths': {
      get: {
        operationId: 'getBerths',
        parameters: [
          { name: 'ids', in: 'query', schema: integers },
          { name: 'limit', in: 'query', schema: { type: 'integer' } },
          { name: 'rows', in: 'query', explode: false, schema: integers },
          { name: 'piers', in: 'query', style: 'pipeDelimited', explode: false, schema: integers },
          { name: 'filter', in: 'query', style: 'deepObject', schema: filter },
          { name: 'X-Sizes', in: 'header', schema: integers },
          { name: 'Accept', in: 'header', required: true, schema: { const: 'text/html' } },
          { name: 'near', in: 'query', content: { 'application/json': { schema: meta } } },
        ],
        responses,
      },
      post: {
        operationId: 'addBerth',
        requestBody: {
          content: {
            'multipart/form-data': { schema: schemaOf({ meta }) },
            'application/x-www-form-urlencoded': { schema: login },
            'text/plain': { schema: { type: 'string', maxLength: 3 } },
          },
        },
        responses,
      },
    },
    '/weather': {
      get: {
        operationId: 'getWeather',
        responses: {
          '200': { description: 'OK' },
          default: {
            description: 'Failed',
            content: {
              'application/problem+json': {
                schema: schemaOf({ title: { type: 'string' } }),
                example: { title: 'No wind' },
              },
            },
          },
        },
      },
    },
    '/berths/{numbers}': {
      get: {
        operationId: 'getSome',
        parameters: [{ name: 'numbers', in: 'path', required: true, schema: integers }],
        responses,
      },
    },
  },
}

let folder: string
let hub: ReturnType<typeof createHub>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'requests-styles-'))
  const file = join(folder, 'harbour.json')
  await writeFile(file, JSON.stringify(document))
  const api = contractApi('harbour', await loadContractFile(pathToFileURL(file)))
  hub = createHub({ catalog: createCatalog([api]), host: 'localhost', log: () => {} })
})
afterAll(async () => {
  await hub.close()
  await rm(folder, { recursive: true })
})

const send = (path: string, init?: RequestInit) =>
  hub.fetch(new Request(`http://localhost:4000${path}`, init))

/** Returns the status of the mock, and the messages of the judge. */
async function sendToMock(path: string, init?: RequestInit) {
  const { status } = await send(`/mock/harbour${path}`, init)
  const [entry] = (await (await send('/requests.json')).json()).requests
  const { violations } = await (await send(`/requests/${entry.id}.json`)).json()
  return { status, messages: violations.map(({ message }: { message: string }) => message) }
}

const post = (body: FormData | URLSearchParams | string) => ({ method: 'POST', body })
const formOf = (name: string, text: string) => {
  const form = new FormData()
  form.append(name, new Blob([text], { type: 'application/json' }))
  return form
}

describe('the verdict on a request to a mock', () => {
  it.each<[string, RequestInit?]>([
    ['/berths?ids=1&ids=2'],
    ['/berths?ids=1'],
    ['/berths?rows=1,2'],
    ['/berths?piers=1%7C2'],
    ['/berths?filter[city]=Oslo'],
    ['/berths?near=%7B%22w%22%3A1%7D'],
    ['/berths', { headers: { 'x-sizes': '1,2', accept: 'application/json' } }],
    ['/berths/1,2'],
    ['/berths', post(formOf('meta', '{"w":1}'))],
    ['/berths', post(new URLSearchParams({ email: 'a@example.org', password: 'long enough' }))],
    ['/berths', post('abc')],
  ])('is ok for %s, which the mock accepts', async (path, init) => {
    expect(await sendToMock(path, init)).toEqual({ status: 200, messages: [] })
  })

  it.each<[string, string, RequestInit?]>([
    ['/berths?ids=1&ids=x', 'The query parameter ids.1 of getBerths must be integer.'],
    [
      '/berths?limit=5&limit=6',
      'The query parameter limit of getBerths occurs 2 times, but takes one value.',
    ],
    ['/berths?rows=', 'The query parameter rows.0 of getBerths must be integer.'],
    [
      '/berths?filter[zip]=1',
      'The query parameter filter of getBerths must NOT have additional properties: zip.',
    ],
    ['/berths?near=%7B%22w%22%3A%22a%22%7D', 'The query parameter near.w of getBerths must be integer.'],
    [
      '/berths',
      'The header parameter X-Sizes.1 of getBerths must be integer.',
      { headers: { 'x-sizes': '1,x' } },
    ],
    ['/berths/1,x', 'The path parameter numbers.1 of getSome must be integer.'],
    ['/berths', 'meta.w in the request of addBerth must be integer.', post(formOf('meta', '{"w":"a"}'))],
    [
      '/berths',
      'password in the request of addBerth must NOT have fewer than 8 characters.',
      post(new URLSearchParams({ email: 'a@example.org', password: 's' })),
    ],
    [
      '/berths',
      'email in the request of addBerth occurs 2 times, but takes one value.',
      post(new URLSearchParams('email=a@example.org&email=b@example.org')),
    ],
    ['/berths', 'The body in the request of addBerth must NOT have more than 3 characters.', post('abcd')],
  ])('names the error of %s, which the mock refuses: %s', async (path, message, init) => {
    expect(await sendToMock(path, init)).toEqual({ status: 422, messages: [message] })
  })

  it('is about declared problem details, but not about those of the mock itself', async () => {
    const verdict = async (prefer: string) => {
      const { status } = await send('/mock/harbour/weather', { headers: { prefer } })
      const [{ verdict }] = (await (await send('/requests.json')).json()).requests
      return [status, verdict]
    }
    expect(await verdict('code=503')).toEqual([503, 'ok'])
    expect(await verdict('code=many')).toEqual([expect.any(Number), 'unjudged'])
  })

  it('says that a multipart body without its boundary cannot be read', async () => {
    const headers = { 'content-type': 'multipart/form-data' }
    expect((await sendToMock('/berths', { ...post('x'), headers })).messages).toEqual([
      'The body of addBerth is not multipart/form-data.',
    ])
  })
})
