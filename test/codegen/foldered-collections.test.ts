import { describe, expect, it } from 'vitest'
import { renderBruno } from '../../src/codegen/bruno.ts'
import { createCollection } from '../../src/codegen/collection.ts'
import { renderPostman } from '../../src/codegen/postman.ts'
import type { Document } from '../../src/openapi/document.ts'

const schema = { type: 'object', required: ['id'], properties: { id: { type: 'integer', examples: [7] } } }
const ok = { 200: { description: 'OK' } }

const document: Document = {
  openapi: '3.1.0',
  info: { title: 'Acme', version: '1' },
  paths: {
    '/users': {
      get: {
        operationId: 'listUsers',
        tags: ['Users', 'Lists'],
        parameters: [
          { name: 'role', in: 'query', required: true, schema: { type: 'string', examples: ['admin'] } },
          {
            name: 'limit',
            in: 'query',
            description: 'The most users.',
            schema: { type: 'integer', default: 20 },
          },
          {
            name: 'ids',
            in: 'query',
            schema: { type: 'array', items: { type: 'integer' }, examples: [[1, 2]] },
          },
        ],
        responses: {
          200: { description: 'OK', content: { 'application/json': { schema } } },
          404: {
            description: 'None',
            content: {
              'text/plain': {
                schema: { type: 'string' },
                examples: { unknown: { value: 'Unknown role' }, removed: { value: 'Removed role' } },
              },
            },
          },
          500: { description: 'Broken' },
        },
      },
    },
    '/health': { get: { operationId: 'getHealth', responses: ok } },
    '/teams': { get: { operationId: 'listTeams', tags: ['Teams'], responses: ok } },
    '/users/me': { get: { operationId: 'getMe', tags: ['Users'], responses: ok } },
  },
}

const own = createCollection(document, 'http://localhost:4000/mock/sandbox/acme')
const names = (...titles: string[]) => titles.map((name) => expect.objectContaining({ name }))

describe('the collection of a contract with tags', () => {
  it('has a folder for each first tag, and the requests without one at the end', () => {
    expect(renderPostman(own)).toMatchObject({
      item: [
        { name: 'Users', item: names('listUsers', 'getMe') },
        { name: 'Teams', item: names('listTeams') },
        ...names('getHealth'),
      ],
    })
    expect(renderBruno(own)).toMatchObject({
      items: [
        { type: 'folder', name: 'Users', items: names('listUsers', 'getMe') },
        { type: 'folder', name: 'Teams', items: names('listTeams') },
        ...names('getHealth'),
      ],
    })
  })

  it('is a list without saved responses if the server is a sandbox, where the order counts', () => {
    const { item } = renderPostman(createCollection(document, 'http://auth.test', { isSandbox: true })) as {
      item: { name: string; response: object[] }[]
    }
    expect(item.map(({ name, response }) => [name, response.length])).toEqual(
      ['listUsers', 'getHealth', 'listTeams', 'getMe'].map((name) => [name, 0]),
    )
  })

  it('offers optional parameters of the query, without sending them', () => {
    expect(renderPostman(own)).toMatchObject({
      item: [
        {
          item: [
            {
              request: {
                url: {
                  raw: '{{baseUrl}}/users?role=admin',
                  query: [
                    { key: 'role', value: 'admin' },
                    { key: 'limit', value: '20', description: 'The most users.', disabled: true },
                    { key: 'ids', value: '1', description: '', disabled: true },
                    { key: 'ids', value: '2', description: '', disabled: true },
                  ],
                },
              },
            },
            expect.anything(),
          ],
        },
        expect.anything(),
        expect.anything(),
      ],
    })
    expect(JSON.stringify(renderBruno(own))).toContain(
      '{"name":"limit","value":"20","description":"The most users.","type":"query","enabled":false}',
    )
  })

  it('saves each example response in Postman, and one made from the schema for other statuses', () => {
    const saved = (name: string, code: number, status: string, body: string) =>
      expect.objectContaining({
        name,
        code,
        status,
        body,
        originalRequest: expect.objectContaining({ method: 'GET' }),
      })
    expect(renderPostman(own)).toMatchObject({
      item: [
        {
          item: [
            {
              response: [
                saved('200 OK', 200, 'OK', '{\n  "id": 7\n}'),
                saved('404 unknown', 404, 'Not Found', 'Unknown role'),
                saved('404 removed', 404, 'Not Found', 'Removed role'),
                saved('500 Internal Server Error', 500, 'Internal Server Error', ''),
              ],
            },
            expect.anything(),
          ],
        },
        expect.anything(),
        expect.anything(),
      ],
    })
  })
})
