import { type Contract, createContract } from '../../src/conformance/contract/contract.ts'
import type { Document } from '../../src/openapi/document.ts'

const json = (schema: object, more: object = {}) => ({ content: { 'application/json': { schema, ...more } } })
const failed = { description: 'Rejected.', ...json({ $ref: '#/components/schemas/Failure' }) }
const member = { description: 'A member.', ...json({ $ref: '#/components/schemas/Member' }) }

/**
 * A contract as companies publish them: without examples of requests, with forms and files, ranges of
 * statuses, all kinds of credentials, and a mistake.
 */
const document = {
  openapi: '3.1.0',
  info: { title: 'Portal', version: '1' },
  servers: [{ url: 'https://portal.example.com/v2' }],
  paths: {
    '/oauth/token': {
      post: {
        operationId: 'issueToken',
        security: [{ client: [] }],
        requestBody: {
          required: true,
          content: {
            'application/x-www-form-urlencoded': { schema: { $ref: '#/components/schemas/TokenRequest' } },
          },
        },
        responses: {
          200: {
            description: 'Issued.',
            headers: { 'Cache-Control': { required: true, schema: { const: 'no-store' } } },
            ...json({
              type: 'object',
              required: ['access_token'],
              properties: { access_token: { type: 'string' } },
            }),
          },
          default: failed,
        },
      },
    },
    '/members/{memberId}/picture': {
      put: {
        operationId: 'uploadPicture',
        security: [{ key: [] }],
        parameters: [{ $ref: '#/components/parameters/memberId' }],
        requestBody: {
          required: true,
          content: {
            'multipart/form-data': {
              schema: {
                type: 'object',
                required: ['file', 'label'],
                properties: {
                  file: { type: 'string', format: 'binary' },
                  label: { type: 'string', minLength: 2 },
                },
              },
              encoding: { file: { contentType: 'image/png, image/jpeg' } },
            },
          },
        },
        responses: { 204: { description: 'Stored.' }, '4XX': failed },
      },
    },
    '/members/{memberId}': {
      get: {
        operationId: 'getMember',
        security: [{ session: [] }],
        parameters: [
          { $ref: '#/components/parameters/memberId' },
          {
            name: 'fields',
            in: 'query',
            required: true,
            explode: false,
            schema: { type: 'array', items: { enum: ['name', 'team'] } },
          },
          {
            name: 'page',
            in: 'query',
            required: true,
            style: 'deepObject',
            schema: {
              type: 'object',
              required: ['size'],
              properties: { size: { type: 'string', pattern: '^[1-9]\\d?$' } },
            },
          },
        ],
        responses: { 200: member, '4XX': failed },
      },
    },
    '/members': {
      post: {
        operationId: 'addMember',
        security: [{ login: ['write'] }],
        requestBody: { required: true, ...json({ $ref: '#/components/schemas/Member' }) },
        responses: { 201: member, 422: failed },
      },
    },
  },
  components: {
    parameters: {
      memberId: { name: 'memberId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
    },
    securitySchemes: {
      client: { type: 'http', scheme: 'basic' },
      key: { type: 'apiKey', in: 'query', name: 'key' },
      session: { type: 'apiKey', in: 'cookie', name: 'sid' },
      login: { type: 'openIdConnect', openIdConnectUrl: 'https://login.example.com/config' },
    },
    schemas: {
      Failure: { type: 'object', required: ['reason'], properties: { reason: { type: 'string' } } },
      TokenRequest: {
        type: 'object',
        required: ['grant_type'],
        properties: {
          grant_type: { type: 'string', enum: ['client_credentials'] },
          lifetime: { type: 'integer', minimum: 1 },
          audience: { type: 'array', items: { type: 'string', format: 'uri' } },
        },
      },
      Member: {
        type: 'object',
        required: ['id', 'password', 'name', 'contact', 'team'],
        properties: {
          id: { type: 'string', readOnly: true },
          password: { type: 'string', writeOnly: true, minLength: 12 },
          name: { type: 'string', pattern: '^[A-Z][a-z]+$' },
          joined: { type: 'string', format: 'date', examples: ['yesterday'] },
          contact: {
            oneOf: [{ $ref: '#/components/schemas/Mail' }, { $ref: '#/components/schemas/Phone' }],
            discriminator: { propertyName: 'kind', mapping: { mail: '#/components/schemas/Mail' } },
          },
          team: { $ref: '#/components/schemas/Team' },
        },
      },
      Mail: {
        type: 'object',
        required: ['kind', 'email'],
        properties: { kind: { type: 'string' }, email: { type: 'string', format: 'email' } },
      },
      Phone: {
        type: 'object',
        required: ['kind', 'number'],
        properties: { kind: { const: 'phone' }, number: { type: 'string' } },
      },
      Team: {
        type: 'object',
        required: ['title'],
        properties: {
          title: { type: 'string' },
          parent: { anyOf: [{ $ref: '#/components/schemas/Team' }, { type: 'null' }] },
        },
      },
    },
  },
}

export function portalContract(): Contract {
  return createContract(
    'portal.json',
    structuredClone(document) as unknown as Document,
    JSON.stringify(document, null, 2),
  )
}
