import { createMock } from '../../src/mock/mock.ts'
import type { Validate } from '../../src/mock/operation-handlers.ts'

const error = { type: 'object', required: ['error'], properties: { error: { type: 'string' } } }
const errorResponse = (description: string, ...names: string[]) => ({
  description,
  content: {
    'application/json': {
      schema: error,
      examples: Object.fromEntries(names.map((name) => [name, { value: { error: name } }])),
    },
  },
})

/** A minimal contract with every feature that a mock has to support. */
export const document = {
  openapi: '3.1.1',
  jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
  info: { title: 'Library', version: '1.0.0' },
  security: [{ token: [] }],
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer' },
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
    },
  },
  paths: {
    '/readers/{readerId}': {
      get: {
        operationId: 'getReader',
        parameters: [
          {
            name: 'readerId',
            in: 'path',
            required: true,
            schema: { type: 'string', format: 'uuid' },
            examples: {
              ok: { value: '11111111-1111-4111-8111-111111111111' },
              unknownReader: { value: '22222222-2222-4222-8222-222222222222' },
            },
            'x-invalid-examples': { invalidReaderId: { value: 'me' } },
          },
        ],
        responses: {
          200: {
            description: 'Found',
            content: {
              'application/json': {
                schema: { type: 'object' },
                examples: { ok: { value: { name: 'Ada' } } },
              },
            },
          },
          401: {
            ...errorResponse('Unauthorized', 'missingToken', 'expiredToken'),
            headers: {
              'WWW-Authenticate': {
                schema: { type: 'string' },
                examples: {
                  missingToken: { value: 'Bearer' },
                  expiredToken: { value: 'Bearer error="invalid_token"' },
                },
              },
            },
          },
          404: errorResponse('Unknown', 'unknownReader', 'invalidReaderId'),
          422: errorResponse('Malformed', 'somethingElse'),
        },
      },
    },
    '/readers/me': {
      delete: {
        operationId: 'deleteMe',
        security: [{ key: [], token: [] }],
        responses: {
          204: { description: 'Gone' },
          401: errorResponse('Unauthorized', 'missingToken', 'missingKey'),
        },
      },
    },
    '/loans': {
      post: {
        operationId: 'borrow',
        security: [],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['book', 'days'],
                properties: { book: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 30 } },
              },
              examples: {
                ok: { value: { book: 'Emma', days: 7 } },
                lentOut: { value: { book: 'Dracula', days: 7 } },
              },
              'x-invalid-examples': {
                tooLong: { value: { book: 'Emma', days: 31 } },
                missingDays: { value: { book: 'Emma' } },
              },
            },
          },
        },
        responses: {
          201: {
            description: 'Lent',
            headers: { 'X-Due': { schema: { type: 'string' }, examples: { ok: { value: 'Monday' } } } },
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['id'],
                  properties: { id: { type: 'string', const: 'made-up' } },
                },
                examples: { ok: { value: { id: 'loan-1' } } },
              },
            },
          },
          400: {
            ...errorResponse('Invalid', 'missingBook', 'malformedJson', 'missingDays', 'tooLong'),
            headers: {
              'X-Due': { schema: { type: 'string' }, examples: { tooLong: { value: 'in 30 days' } } },
            },
          },
          409: errorResponse('Lent out', 'lentOut'),
          413: errorResponse('Too large', 'tooLarge'),
          415: errorResponse('Not JSON', 'unsupportedMediaType'),
        },
      },
    },
    '/sign-in/{provider}': {
      get: {
        operationId: 'startOAuth',
        'x-safe': false,
        security: [],
        parameters: [
          {
            name: 'provider',
            in: 'path',
            required: true,
            schema: { type: 'string' },
            examples: { ok: { value: 'github' }, google: { value: 'google' } },
          },
        ],
        responses: {
          302: {
            description: 'Go there',
            headers: {
              Location: {
                schema: { type: 'string' },
                examples: {
                  ok: { value: 'https://github.test/' },
                  google: { value: 'https://google.test/' },
                },
              },
            },
          },
        },
      },
    },
    '/bare': {
      post: {
        operationId: 'undeclared',
        security: [],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['a'],
                additionalProperties: { type: 'string', maxLength: 3 },
              },
              examples: { ok: { value: { a: 'b' } } },
            },
          },
        },
        responses: { 204: { description: 'Done' } },
      },
    },
  },
}

/** Creates a mock of the contract, with a function that sends requests and the lines that it logged. */
export async function mockOfFixture(basePath = '', validate?: Validate) {
  const logged: string[] = []
  const mock = await createMock(document, {
    basePath,
    log: (line) => logged.push(line),
    ...(validate && { validate }),
  })
  const send = (method: string, path: string, { body, ...headers }: Record<string, unknown> = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const request = new Request(`http://mock.test${path}`, {
      method,
      headers: {
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...(headers as Record<string, string>),
      },
      ...(text !== undefined && { body: text }),
    })
    return mock.fetch(request)
  }
  return { send, logged }
}
