import { expect, it } from 'vitest'
import { renderBruno } from '../../src/codegen/bruno.ts'
import { createCollection } from '../../src/codegen/collection.ts'
import { renderPostman } from '../../src/codegen/postman.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'

const { document } = await loadContractFile(new URL('../../examples/own-api/openapi.yaml', import.meta.url))
const collection = createCollection(document, 'http://localhost:4000/mock/acme/v1')

it('leaves the form of a request to the API client, which also writes its Content-Type', () => {
  expect(collection.requests[0]).toMatchObject({
    headers: {},
    body: {
      kind: 'form',
      fields: expect.arrayContaining([
        ['grant_type', 'password'],
        ['username', 'ada@acme.example'],
      ]),
    },
  })
  expect(renderPostman(collection)).toMatchObject({
    item: [
      {
        request: {
          body: {
            mode: 'urlencoded',
            urlencoded: expect.arrayContaining([{ key: 'grant_type', value: 'password' }]),
          },
        },
      },
      expect.anything(),
    ],
  })
  expect(renderBruno(collection)).toMatchObject({
    items: [
      {
        request: {
          body: {
            mode: 'formUrlEncoded',
            formUrlEncoded: expect.arrayContaining([
              { name: 'grant_type', value: 'password', enabled: true },
            ]),
          },
        },
      },
      expect.anything(),
    ],
  })
})

it('says that the mock accepts the requests of an API without a sandbox', () => {
  expect(collection.description).toContain('the mock accepts them')
})
