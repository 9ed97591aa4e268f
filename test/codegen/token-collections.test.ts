import { expect, it } from 'vitest'
import { renderBruno } from '../../src/codegen/bruno.ts'
import { createCollection } from '../../src/codegen/collection.ts'
import { renderPostman } from '../../src/codegen/postman.ts'
import type { Document, Operation, Schema } from '../../src/openapi/document.ts'
import { type PostmanCollection, runPostman } from './collection-runner.ts'

const text: Schema = { type: 'string' }
const objectOf = (...names: string[]): Schema => ({
  type: 'object',
  required: names,
  properties: Object.fromEntries(names.map((name) => [name, text])),
})

/** An operation that takes and returns the fields, as JSON. */
const operation = (
  operationId: string,
  sent: Schema,
  received: Schema,
  type = 'application/json',
): Operation => ({
  operationId,
  security: [],
  requestBody: { required: true, content: { [type]: { schema: sent } } },
  responses: { 200: { description: 'OK', content: { 'application/json': { schema: received } } } },
})

const contractOf = (...operations: Operation[]): Document => ({
  openapi: '3.1.0',
  info: { title: 'Acme', version: '1' },
  security: [{ bearer: [] }],
  paths: Object.fromEntries(operations.map((post, index) => [`/${index}`, { post }])),
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
})

const baseUrl = 'http://localhost:4000/mock/acme'
const tokens = objectOf('access_token', 'refresh_token')
const login = operation('login', objectOf('email'), { type: 'object', properties: { 'the-pair': tokens } })
const renew = operation('renew', objectOf('refresh_token'), tokens)
const list: Operation = { operationId: 'list', responses: { 200: { description: 'OK' } } }

/** Sends the requests to a server that issues other tokens each time, and returns what it received. */
async function send(document: Document): Promise<{ authorization: string | null; body: string }[]> {
  const received: { authorization: string | null; body: string }[] = []
  const collection = renderPostman(createCollection(document, baseUrl)) as PostmanCollection
  await runPostman(collection, {
    publicUrl: 'http://acme.test',
    async fetch(request) {
      const body = (await request.text()).replaceAll(/\s/g, '')
      received.push({ authorization: request.headers.get('authorization'), body })
      const pair = { access_token: `at${received.length}`, refresh_token: `rt${received.length}` }
      return Response.json(received.length === 1 ? { 'the-pair': pair } : pair)
    },
  })
  return received
}

it('sends the tokens of the sign-in of an own contract, whatever its names and without examples', async () => {
  expect((await send(contractOf(login, renew, list))).slice(1)).toEqual([
    { authorization: null, body: '{"refresh_token":"rt1"}' },
    { authorization: 'Bearer at2', body: '' },
  ])
})

it('writes no code from the name of a security scheme, and names a variable that clients find', async () => {
  const scheme = "x', 1); globalThis.injected = true; ('}}"
  const contract = {
    ...contractOf(login, renew, list),
    security: [{ [scheme]: [] }],
    components: { securitySchemes: { [scheme]: { type: 'http' as const, scheme: 'bearer' } } },
  }
  expect((await send(contract))[2]?.authorization).toBe('Bearer at2')
  expect(globalThis).not.toHaveProperty('injected')
  const bruno = JSON.stringify(renderBruno(createCollection(contract, baseUrl)))
  expect(bruno).not.toContain("x', 1)")
  expect(bruno).toContain('"auth":{"mode":"bearer","bearer":{"token":"{{x_1_globalThis.injected_true_}}"}}')
})

it('stores the tokens in Bruno, too', () => {
  expect(renderBruno(createCollection(contractOf(login, renew), baseUrl))).toMatchObject({
    items: [
      {
        request: {
          script: {
            res: expect.stringContaining(
              'bru.setVar("refreshToken", res.getBody()["the-pair"].refresh_token)',
            ),
          },
        },
      },
      { request: { body: { json: expect.stringContaining('"refresh_token": "{{refreshToken}}"') } } },
    ],
  })
})

it('sends the variable as the refresh token of an OAuth token endpoint', () => {
  const schema: Schema = {
    type: 'object',
    required: ['grant_type', 'refresh_token'],
    properties: { grant_type: { const: 'refresh_token' }, refresh_token: text },
  }
  const token = operation('token', schema, tokens, 'application/x-www-form-urlencoded')
  const collection = createCollection(contractOf(login, token), baseUrl)
  expect(collection.variables).toContainEqual({ name: 'refreshToken', value: 'string' })
  expect(collection.requests[1]).toMatchObject({
    body: {
      fields: [
        ['grant_type', 'refresh_token'],
        ['refresh_token', '{{refreshToken}}'],
      ],
    },
  })
})

it('stores no tokens of other operations in a contract with the usual names', () => {
  const guest = operation('createGuest', objectOf('name'), tokens)
  const signIn = { ...login, operationId: 'signIn' }
  const { requests } = createCollection(contractOf(signIn, guest), baseUrl)
  expect(requests.map(({ captures }) => captures.length)).toEqual([2, 0])
})

it('stores no tokens of an operation that needs one', () => {
  const impersonate = { ...operation('impersonate', objectOf('user'), tokens), security: [{ bearer: [] }] }
  const { requests } = createCollection(contractOf(login, impersonate), baseUrl)
  expect(requests.map(({ captures }) => captures.length)).toEqual([2, 0])
})
