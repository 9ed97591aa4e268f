import { expect, it } from 'vitest'
import { checkRequest } from '../../src/conformance/checks/request.ts'
import { createContract } from '../../src/conformance/contract/contract.ts'
import type { Schema } from '../../src/openapi/document.ts'

const method = (value: string, name: string): Schema => ({
  type: 'object',
  required: ['method', name],
  properties: { method: { const: value }, [name]: { anyOf: [{ type: 'string' }, { type: 'integer' }] } },
})

/** Judges a request whose body is one of two objects. */
async function judge(
  body: object,
  more: Schema,
  branches = [method('password', 'pin'), method('code', 'code')],
) {
  const document = {
    openapi: '3.1.0',
    info: { title: 'Small', version: '1' },
    paths: {
      '/flow': {
        post: {
          operationId: 'continueFlow',
          requestBody: { content: { 'application/json': { schema: { oneOf: branches, ...more } } } },
          responses: { '204': { description: 'Done' } },
        },
      },
    },
  }
  const contract = createContract('flow.json', document, JSON.stringify(document, null, 1))
  const [operation = expect.fail()] = contract.operations
  const found = await checkRequest(
    {
      request: {
        method: 'POST',
        url: 'http://localhost/flow',
        headers: [['content-type', 'application/json']],
        body: JSON.stringify(body),
      },
      response: { status: 204, headers: new Headers(), text: '', body: undefined },
      ...{ durationMs: 1, startedAt: 0, operation },
    },
    contract,
  )
  const schema = '/paths/~1flow/post/requestBody/content/application~1json/schema'
  return found.map(({ message, source, isAmbiguous }) => ({
    message,
    pointer: source?.pointer.replace(schema, ''),
    ...(isAmbiguous && { isAmbiguous }),
  }))
}

const discriminator = { propertyName: 'method' }

it('reports only the violations of the selected branch, with their places in the contract', async () => {
  expect(await judge({ method: 'code', code: true }, { discriminator })).toEqual([
    {
      message: 'code in the request of continueFlow must be string.',
      pointer: '/oneOf/1/properties/code/anyOf/0/type',
    },
  ])
  expect(await judge({ method: 'code' }, { discriminator })).toMatchObject([{ pointer: '/oneOf/1/required' }])
})

it('reports an unknown or missing value of a discriminator', async () => {
  expect(await judge({ method: 'key' }, { discriminator })).toEqual([
    {
      message:
        'method in the request of continueFlow must be equal to one of the allowed values: ["password","code"].',
      pointer: '/discriminator/enum',
    },
  ])
  expect(await judge({}, { discriminator })).toMatchObject([{ pointer: '/discriminator/required' }])
})

it('says of a request that fits several branches that the contract is ambiguous', async () => {
  expect(await judge({}, {}, [{}, {}])).toMatchObject([{ pointer: '/oneOf', isAmbiguous: true }])
})
