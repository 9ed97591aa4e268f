import { describe, expect, it } from 'vitest'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { head, ok, writeContract } from './write-contract.ts'

describe('operation ids', () => {
  it('derives missing ids from method and path, and warns with file and line', async () => {
    const file = await writeContract({
      'a.yaml': `${head}paths:
  /oauth2/token:
    post: { ${ok} }
  /users/{user_id}/api-keys:
    get: { ${ok} }
`,
    })
    const { document, warnings } = await loadContractFile(file)
    const ids = endpointsOf(document).map(({ operation }) => operation.operationId)
    expect(ids).toEqual(['postOauth2Token', 'getUsersByUserIdApiKeys'])
    expect(warnings).toEqual([
      {
        message: 'POST /oauth2/token has no operationId, so it is called postOauth2Token.',
        location: { file, line: 5, pointer: '/paths/~1oauth2~1token/post' },
      },
      expect.anything(),
    ])
  })

  it('keeps derived ids unique', async () => {
    const file = await writeContract({
      'a.yaml': `${head}paths:
  /a:
    get: { operationId: read, ${ok} }
  /b:
    get: { operationId: read, ${ok} }
  /c:
    get: { operationId: getB, ${ok} }
`,
    })
    const { document, warnings } = await loadContractFile(file)
    expect(endpointsOf(document).map(({ operation }) => operation.operationId)).toEqual([
      'read',
      'getB2',
      'getB',
    ])
    expect(warnings.map(({ message }) => message)).toEqual([
      'GET /b has the operationId read of another operation, so it is called getB2.',
    ])
  })
})

describe('fields without a value', () => {
  it('removes them, apart from those in examples and other data', async () => {
    const file = await writeContract({
      'a.yaml': `${head}paths:
  /a:
    get:
      operationId: read
      description:
      tags:
      responses:
        '200':
          description: OK
          content:
            application/json:
              example: { name: null }
              schema: { properties: { nickname: , description: }, enum: [null], default: }
`,
    })
    const { document } = await loadContractFile(file)
    const operation = document.paths?.['/a']?.get
    expect(operation).toEqual({
      operationId: 'read',
      responses: {
        200: {
          description: 'OK',
          content: {
            'application/json': {
              example: { name: null },
              schema: { properties: {}, enum: [null], default: null },
            },
          },
        },
      },
    })
  })
})

describe('responses', () => {
  it('drops their extensions, and writes ranges in upper case', async () => {
    const file = await writeContract({
      'a.yaml': `${head}paths:
  /a:
    get: { responses: { '200': { description: OK }, 4xx: { description: Bad }, x-internal: true } }
components: { responses: { x-named: { description: Named } } }
`,
    })
    const { document } = await loadContractFile(file)
    expect(Object.keys(document.paths?.['/a']?.get?.responses ?? {})).toEqual(['200', '4XX'])
    expect(document.components?.responses).toHaveProperty('x-named')
  })
})

describe('a boolean schema', () => {
  it('becomes an object, except for those of additional properties', async () => {
    const file = await writeContract({
      'a.yaml': `${head}paths:
  /a:
    get: { responses: { '200': { description: OK, content: { application/json: { schema: true } } } } }
components:
  schemas:
    Any: true
    Map: { properties: { any: true, items: { items: false } }, additionalProperties: false }
    Data: { default: { items: true }, anyOf: [true, { type: string }] }
`,
    })
    const { document } = await loadContractFile(file)
    expect(document.paths?.['/a']?.get?.responses?.['200']).toHaveProperty(
      ['content', 'application/json', 'schema'],
      {},
    )
    expect(document.components?.schemas).toEqual({
      Any: {},
      Map: { properties: { any: {}, items: { items: { not: {} } } }, additionalProperties: false },
      Data: { default: { items: true }, anyOf: [{}, { type: 'string' }] },
    })
  })
})

describe('inheritance', () => {
  it('does not loop if a parent is one of its children', async () => {
    const file = await writeContract({
      'a.yaml': `${head}paths:
  /a:
    get: { ${ok} }
components:
  schemas:
    Pet:
      required: [kind]
      discriminator: { propertyName: kind }
      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Fish' }]
    Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }, { required: [claws] }] }
    Fish: { required: [fins] }
`,
    })
    const { document } = await loadContractFile(file)
    const { Pet, Cat } = document.components?.schemas ?? {}
    expect(Cat).toEqual({ allOf: [{ required: ['kind'] }, { required: ['claws'] }] })
    expect(Pet?.oneOf).toHaveLength(2)
  })
})
