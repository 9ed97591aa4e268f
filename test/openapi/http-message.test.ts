import { expect, it } from 'vitest'
import { createCollection } from '../../src/codegen/collection.ts'
import type { Document } from '../../src/openapi/document.ts'
import { exampleRequest } from '../../src/openapi/example-request.ts'
import { requestMessage } from '../../src/openapi/http-message.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'

const document: Document = {
  openapi: '3.1.0',
  info: { title: 'Acme', version: '1' },
  paths: {
    '/token': {
      post: {
        operationId: 'createToken',
        requestBody: {
          required: true,
          content: {
            'application/x-www-form-urlencoded': {
              schema: { type: 'object' },
              examples: {
                ok: { value: { scope: ['read', 'write'], audience: ['a', 'b'], claims: { a: 1 } } },
              },
              encoding: { scope: { style: 'spaceDelimited', explode: false } },
            },
          },
        },
        responses: { 200: { description: 'A token' } },
      },
    },
  },
}

it('writes the fields of a form by their encoding', () => {
  const [endpoint] = endpointsOf(document)
  if (!endpoint) throw new Error('The contract has no operation.')
  const message = requestMessage(document, endpoint.operation, exampleRequest(document, endpoint))
  expect(message.split('\n\n')[1]).toBe('scope=read+write&audience=a&audience=b&claims=%7B%22a%22%3A1%7D')
})

it('writes the parts of a multipart body, with a placeholder for each file', () => {
  const upload: Document = {
    ...document,
    paths: {
      '/avatar': {
        put: {
          requestBody: {
            content: {
              'multipart/form-data': {
                schema: {
                  type: 'object',
                  required: ['avatar'],
                  properties: { avatar: { contentMediaType: 'image/png' }, crop: { type: 'object' } },
                },
                examples: { ok: { value: { crop: { x: 1 } } } },
                encoding: { crop: { contentType: 'application/json' } },
              },
            },
          },
          responses: { 204: { description: 'Stored.' } },
        },
      },
    },
  }
  const [endpoint] = endpointsOf(upload)
  if (!endpoint) throw new Error('The contract has no operation.')
  expect(requestMessage(upload, endpoint.operation, exampleRequest(upload, endpoint))).toBe(
    [
      'PUT /avatar HTTP/1.1',
      'Content-Type: multipart/form-data; boundary=boundary',
      '',
      '--boundary',
      'Content-Disposition: form-data; name="crop"',
      'Content-Type: application/json',
      '',
      '{"x":1}',
      '--boundary',
      'Content-Disposition: form-data; name="avatar"; filename="avatar.png"',
      'Content-Type: image/png',
      '',
      '(content of avatar.png)',
      '--boundary--',
    ].join('\n'),
  )
})

it('writes the fields of a form in a collection by their encoding', () => {
  const [request] = createCollection(document, 'http://localhost:4000/mock/acme').requests
  expect(request?.body).toEqual({
    kind: 'form',
    fields: [
      ['scope', 'read write'],
      ['audience', 'a'],
      ['audience', 'b'],
      ['claims', '{"a":1}'],
    ],
  })
})
