import type { SnippetDocument } from '../../src/snippets/call.ts'

const text = { type: 'string' }
const json = (schema: object) => ({ 'application/json': { schema } })
const required = (name: string, location: 'path' | 'query' | 'header', schema: object) => ({
  ...{ name, in: location, required: true, schema },
})
const ok = { 200: { content: json({ type: 'object', properties: { id: text } }) } }

/** A contract without examples, with bodies, credentials and responses that the APIs of this package lack. */
export const document: SnippetDocument = {
  security: [{ bearerAuth: [] }],
  paths: {
    '/terms': {
      get: { operationId: 'readTerms', security: [], responses: { 200: { content: { 'text/html': {} } } } },
    },
    '/oauth/token': {
      post: {
        operationId: 'createToken',
        security: [{ client: [] }],
        requestBody: {
          required: true,
          content: {
            'application/x-www-form-urlencoded': {
              schema: {
                type: 'object',
                required: ['grant_type', 'scope'],
                properties: {
                  grant_type: { const: 'password' },
                  scope: { type: 'array', items: text, minItems: 2 },
                },
              },
            },
          },
        },
        responses: { '2XX': { content: json({ $ref: '#/components/schemas/My.Token-2' }) }, default: {} },
      },
    },
    '/files/{fileId}': {
      put: {
        operationId: 'uploadFile',
        parameters: [
          required('fileId', 'path', { type: 'string', format: 'uuid' }),
          required('Content-Type', 'header', text),
        ],
        requestBody: {
          content: {
            'multipart/form-data': {
              schema: {
                type: 'object',
                required: ['file', 'public'],
                properties: { file: { type: 'string', format: 'binary' }, public: { type: 'boolean' } },
              },
            },
          },
        },
        responses: ok,
      },
    },
    '/search': {
      get: {
        operationId: 'search',
        security: [{ queryKey: [], headerKey: [] }],
        parameters: [
          required('tags', 'query', { type: 'array', items: text, minItems: 2 }),
          { name: 'page', in: 'query', schema: { type: 'integer' } },
        ],
        responses: ok,
      },
    },
    '/me': { get: { operationId: 'readMe', security: [{ cookie: [] }], responses: { default: {} } } },
    '/users': {
      post: {
        operationId: 'createUser',
        security: [{ oauth: ['write'] }],
        requestBody: {
          content: json({ allOf: [{ $ref: '#/components/schemas/User' }, { required: ['email'] }] }),
        },
        responses: ok,
      },
    },
    '/notes': {
      post: {
        operationId: 'createNote',
        security: [{}],
        requestBody: { content: { 'text/plain': { schema: text } } },
        responses: { 204: {}, '4XX': { content: json({ type: 'object', properties: { message: text } }) } },
      },
    },
  },
  components: {
    schemas: {
      'My.Token-2': { type: 'object', properties: { access_token: text } },
      User: {
        type: 'object',
        properties: {
          id: { type: 'string', readOnly: true },
          email: { type: 'string', format: 'email' },
          age: { type: 'integer', minimum: 18 },
        },
      },
    },
    securitySchemes: {
      bearerAuth: { type: 'http', scheme: 'bearer' },
      client: { type: 'http', scheme: 'Basic' },
      queryKey: { type: 'apiKey', in: 'query', name: 'api_key' },
      headerKey: { type: 'apiKey', in: 'header', name: 'X-Key' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'session' },
      oauth: { type: 'oauth2' },
    },
  },
}
