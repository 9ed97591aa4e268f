import { type Contract, createContract } from '../../src/conformance/contract/contract.ts'
import type { Document } from '../../src/openapi/document.ts'

const json = (schema: object, examples: object = {}, more: object = {}) => ({
  content: { 'application/json': { schema, examples, ...more } },
})
const problem = { type: 'object', required: ['problem'], properties: { problem: { type: 'string' } } }
const named = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { value: { problem: name } }]))
const rejection = (description: string, ...names: string[]) => ({
  description,
  ...json(problem, named(...names)),
})
const note = {
  type: 'object',
  required: ['id', 'text'],
  properties: { id: { type: 'string' }, text: { type: 'string' } },
}
const noteId = {
  name: 'noteId',
  in: 'path',
  required: true,
  schema: { type: 'string', maxLength: 40 },
  example: 'n0',
}
const errors = {
  401: rejection('No valid credentials.', 'unauthorized'),
  413: rejection('A body larger than 64 KiB.', 'tooLarge'),
  422: rejection('Invalid data.', 'missingText'),
}

/** A small contract with each keyword, each kind of parameter, and two security alternatives. */
export const document = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1' },
  security: [{ bearer: [] }, { key: [], app: [] }],
  paths: {
    '/api/notes': {
      post: {
        operationId: 'createNote',
        requestBody: {
          required: true,
          ...json(
            { $ref: '#/components/schemas/NewNote' },
            {
              ok: { value: { text: 'Buy milk', author: 'ada@example.com', size: 2, color: 'red' } },
              shared: { value: { text: 'Buy tea', tags: ['home'], place: { lat: 1.5 }, kind: 'note' } },
              unlucky: { value: { text: 'Unlucky', code: 'AB-13', due: '2030-01-01T00:00:00Z' } },
            },
            { 'x-invalid-examples': { missingText: { value: { author: 'ada@example.com' } } } },
          ),
        },
        responses: {
          201: { description: 'Created.', ...json(note, { ok: { value: { id: 'n1', text: 'Buy milk' } } }) },
          400: rejection('Not JSON.', 'malformedJson'),
          415: rejection('Not application/json.', 'unsupportedMediaType'),
          ...errors,
        },
      },
      get: {
        operationId: 'listNotes',
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 10 }, example: 5 },
          {
            name: 'X-Trace',
            in: 'header',
            required: true,
            schema: { type: 'string', pattern: '^t-\\d+$' },
            example: 't-1',
          },
        ],
        responses: { 200: { description: 'All.', ...json({ type: 'array', items: note }) }, ...errors },
      },
    },
    '/api/notes/{noteId}': {
      parameters: [noteId],
      get: {
        operationId: 'getNote',
        responses: {
          200: { description: 'One.', ...json(note) },
          404: rejection('Unknown.', 'unknown'),
          ...errors,
        },
      },
      delete: {
        operationId: 'deleteNote',
        responses: { 204: { description: 'Deleted.' }, 404: rejection('Unknown.', 'unknown'), ...errors },
      },
    },
    '/api/links/{link}': {
      get: {
        operationId: 'followLink',
        'x-safe': false,
        security: [],
        parameters: [
          { name: 'link', in: 'path', required: true, schema: { type: 'string' }, example: 'once' },
        ],
        responses: {
          200: { description: 'Followed.', ...json({ type: 'object' }) },
          404: rejection('Unknown.', 'unknown'),
          422: rejection('Invalid data.', 'missingText'),
        },
      },
    },
    '/api/pings': {
      post: {
        operationId: 'ping',
        security: [],
        requestBody: json(
          { type: 'object', properties: { name: { type: ['string', 'null'] } } },
          { ok: { value: { name: 'me' } } },
        ),
        responses: { 204: { description: 'An invalid body is ignored.' } },
      },
    },
  },
  components: {
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', 'x-example': 'token-1234567890' },
      other: { type: 'http', scheme: 'bearer', 'x-example': 'other-1234567890' },
      key: { type: 'apiKey', in: 'header', name: 'X-Key', 'x-example': 'key-1234567890' },
      app: { type: 'apiKey', in: 'cookie', name: 'app', 'x-example': 'app-1234567890' },
    },
    schemas: {
      NewNote: {
        type: 'object',
        required: ['text'],
        additionalProperties: false,
        properties: {
          text: { type: 'string', minLength: 2, maxLength: 20 },
          author: { type: 'string', format: 'email' },
          code: { type: 'string', pattern: '^[A-Z]{2}-\\d+$' },
          due: { type: 'string', format: 'date-time' },
          size: { type: 'integer', minimum: 1, maximum: 5 },
          weight: {
            type: 'number',
            exclusiveMinimum: 0,
            exclusiveMaximum: 10,
            multipleOf: 0.5,
            examples: [2.5],
          },
          color: { type: 'string', enum: ['red', 'green'] },
          kind: { const: 'note' },
          tags: {
            type: 'array',
            items: { type: 'string', minLength: 1 },
            minItems: 1,
            maxItems: 3,
            uniqueItems: true,
            examples: [['home']],
          },
          place: {
            type: 'object',
            required: ['lat'],
            maxProperties: 3,
            properties: { lat: { type: 'number' } },
          },
          nickname: { type: ['string', 'null'], maxLength: 5 },
        },
      },
    },
  },
}

export function notesContract(): Contract {
  return createContract('notes', document as unknown as Document, JSON.stringify(document))
}
