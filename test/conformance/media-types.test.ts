import { describe, expect, it } from 'vitest'
import { checkExchange } from '../../src/conformance/checks/every-exchange.ts'
import { checkRequest } from '../../src/conformance/checks/request.ts'
import { createContract, mediaTypeOf } from '../../src/conformance/contract/contract.ts'

const requiring = (name: string) => ({ schema: { type: 'object', required: [name] } })

interface Bodies {
  /** The Content-Type of the request, by default also that of the response. */
  sent?: string
  request?: string
  received?: string
  response?: string
}

/** Checks an exchange with an operation that declares several media types for its bodies. */
async function findings({
  sent = 'application/json',
  request = '{"a":1}',
  received = sent,
  response = '{"a":1}',
}: Bodies) {
  const content = {
    'application/json': requiring('a'),
    'application/problem+json': requiring('title'),
    'application/x-www-form-urlencoded': requiring('a'),
    'text/*': { schema: { type: 'string' } },
  }
  const document = {
    openapi: '3.1.0',
    info: { title: 'Types', version: '1.0.0' },
    paths: {
      '/any': {
        post: {
          operationId: 'post',
          requestBody: { required: true, content },
          responses: { '200': { description: 'OK', content } },
        },
      },
    },
  }
  const text = JSON.stringify(document)
  const contract = createContract('types.json', JSON.parse(text), text)
  const [operation] = contract.operations
  const exchange = {
    request: {
      method: 'POST',
      url: 'http://localhost/any',
      headers: [['content-type', sent]] as [string, string][],
      body: request,
    },
    response: {
      status: 200,
      headers: new Headers({ 'content-type': received }),
      text: response,
      body: response.startsWith('{') ? JSON.parse(response) : undefined,
    },
    durationMs: 1,
    startedAt: 0,
    ...(operation && { operation }),
  }
  return [...(await checkRequest(exchange, contract)), ...checkExchange(exchange, { contract })].map(
    ({ message }) => message,
  )
}

describe('the check of media types', () => {
  it('judges a body by the schema of the declared type that it has', async () => {
    expect(await findings({ received: 'application/problem+json', response: '{"title":"no"}' })).toEqual([])
    expect(
      await findings({ received: 'Application/Problem+JSON; charset=utf-8', response: '{"a":1}' }),
    ).toEqual(["The body of the response 200 of post must have required property 'title'."])
    expect(await findings({ sent: 'application/problem+json', received: 'application/json' })).toEqual([
      "The body in the request of post must have required property 'title'.",
    ])
  })

  it('accepts any type of a declared range', async () => {
    expect(await findings({ received: 'text/plain', response: 'hello' })).toEqual([])
    expect(await findings({ sent: 'text/csv', request: 'a,b', received: 'application/json' })).toEqual([])
  })

  it('accepts a body that is not JSON if its type is declared', async () => {
    const sent = 'application/x-www-form-urlencoded'
    expect(await findings({ sent, request: 'a=1', received: 'application/json' })).toEqual([])
  })

  it('names all declared types when a body has another', async () => {
    const types =
      'application/json or application/problem+json or application/x-www-form-urlencoded or text/*'
    expect(await findings({ sent: 'image/png', received: 'application/json' })).toEqual([
      `The body of post has the Content-Type image/png, not ${types}.`,
    ])
    expect(await findings({ received: 'textual/plain' })).toEqual([
      `The response 200 of post has the Content-Type textual/plain, not ${types}.`,
    ])
  })
})

describe('the media type of a request', () => {
  it.each([
    [['text/csv', 'application/merge-patch+json', 'Application/JSON; charset=utf-8'], 2],
    [['text/csv', 'application/merge-patch+json'], 1],
    [['text/csv', 'text/plain'], 0],
  ])('is JSON if the contract declares it: %j', (types, chosen) => {
    const content = Object.fromEntries(types.map((type) => [type, {}]))
    expect(mediaTypeOf({ node: { content }, pointer: '' })?.type).toBe(types[chosen])
  })
})
