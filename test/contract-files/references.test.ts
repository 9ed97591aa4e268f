import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { head, ok, writeContract } from './write-contract.ts'

async function serving(text: string, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => response.end(text))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.yaml`)
  } finally {
    server.close()
  }
}

describe('a contract in several files', () => {
  it('becomes one document in which every reference points to a component', async () => {
    const file = await writeContract({
      'openapi.yaml': `${head}paths:
  /nodes:
    $ref: 'paths/nodes.yaml'
`,
      'paths/nodes.yaml': `
get:
  operationId: listNodes
  parameters: [{ $ref: '../common.yaml#/Limit' }]
  responses:
    '200': { $ref: '../common.yaml#/responses/Nodes' }
`,
      'common.yaml': `
Limit: { name: limit, in: query, schema: { type: integer } }
responses:
  Nodes:
    description: OK
    content:
      application/json:
        schema: { type: array, items: { $ref: 'schemas/Node.yaml' } }
`,
      'schemas/Node.yaml': "type: object\nproperties: { next: { $ref: 'Node.yaml' } }\n",
    })
    const { document, locate } = await loadContractFile(file)
    expect(document).toEqual({
      openapi: '3.1.0',
      info: { title: 'T', version: '1.0.0' },
      paths: {
        '/nodes': {
          get: {
            operationId: 'listNodes',
            parameters: [{ $ref: '#/components/parameters/Limit' }],
            responses: { 200: { $ref: '#/components/responses/Nodes' } },
          },
        },
      },
      components: {
        parameters: { Limit: { name: 'limit', in: 'query', schema: { type: 'integer' } } },
        responses: {
          Nodes: {
            description: 'OK',
            content: {
              'application/json': {
                schema: { type: 'array', items: { $ref: '#/components/schemas/Node' } },
              },
            },
          },
        },
        schemas: {
          Node: { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } },
        },
      },
    })
    expect(locate('/components/schemas/Node/properties')).toEqual({
      file: join(file, '../schemas/Node.yaml'),
      line: 2,
      pointer: '/properties',
    })
  })
})

it('follows references through path items in other files', async () => {
  const file = await writeContract({
    'a.yaml': `${head}paths:
  /a: { $ref: 'b.yaml' }
  /b: { get: { responses: { '200': { $ref: '#/paths/~1a/get/responses/200' } } } }
`,
    'b.yaml': `get: { ${ok} }\n`,
  })
  const { document } = await loadContractFile(file)
  expect(endpointsOf(document)).toHaveLength(2)
})

it('names the line that refers to a missing path item', async () => {
  const file = await writeContract({
    'a.yaml': `${head}paths:\n  /a: { $ref: 'b.yaml#/a' }\n`,
    'b.yaml': 'b: {}',
  })
  await expect(loadContractFile(file)).rejects.toThrow(`${file}:4 refers to b.yaml#/a, which does not exist.`)
})

describe('references that cannot be followed', () => {
  const referring = (reference: string, components = '') =>
    writeContract({
      'a.yaml': `${head}paths:
  /a:
    get: { responses: { '200': { description: OK, content: { text/plain: { schema: { $ref: '${reference}' } } } } } }
${components}`,
    })

  it('reports those that only lead back to themselves', async () => {
    const cycle = `components:
  schemas:
    A: { $ref: '#/components/schemas/B' }
    B: { $ref: '#/components/schemas/A' }
`
    await expect(loadContractFile(await referring('#/components/schemas/A', cycle))).rejects.toThrow(
      'a.yaml:5 refers to #/components/schemas/A, which refers only to itself.',
    )
  })

  it('counts names that every JavaScript object has among them', async () => {
    const reference = '#/components/schemas/constructor'
    await expect(loadContractFile(await referring(reference, 'components: { schemas: {} }'))).rejects.toThrow(
      `a.yaml:5 refers to ${reference}, which does not exist.`,
    )
  })

  it('reports those whose percent-encoding is invalid', async () => {
    await expect(loadContractFile(await referring('#/components/schemas/%zz'))).rejects.toThrow(
      'The contract refers to #/components/schemas/%zz, whose percent-encoding is invalid.',
    )
  })

  it('reads no file of this machine for a contract from the network', async () => {
    const secret = await writeContract({ 'secret.yaml': 'password: hunter2' })
    const text = `${head}paths:
  /a: { $ref: '${pathToFileURL(secret)}' }
`
    await serving(text, async (url) => {
      await expect(loadContractFile(url)).rejects.toThrow(
        `${url} refers to ${pathToFileURL(secret)}. A contract from the network cannot contain files of this machine.`,
      )
    })
  })

  it('reads no URLs of other kinds', async () => {
    for (const reference of ['http://', 'data:application/json,{}'])
      await expect(loadContractFile(await referring(reference))).rejects.toThrow(
        `The contract refers to ${reference}, which is neither a path nor an http or https URL.`,
      )
  })
})

describe('references to anchors', () => {
  const referringTo = (reference: string) => `${head}paths:
  /a:
    get:
      responses:
        '200': { description: OK, content: { application/json: { schema: { $ref: '${reference}' } } } }
components:
  schemas:
    User: { $anchor: user, type: object, properties: { id: { type: integer } } }
`

  it('follows them to the schema in the same file or another one', async () => {
    const file = await writeContract({
      'a.yaml': referringTo('b.yaml#person'),
      'b.yaml': 'a/b: { properties: { owner: { $ref: "a.yaml#user" } }, $anchor: person }',
    })
    const { document } = await loadContractFile(file)
    const person = { $anchor: 'person', properties: { owner: { $ref: '#/components/schemas/User' } } }
    expect(Object.values(document.components?.schemas ?? {})).toContainEqual(person)
  })

  it('rejects those without a schema, and names their line', async () => {
    const file = await writeContract({ 'a.yaml': referringTo('#nobody') })
    await expect(loadContractFile(file)).rejects.toThrow(`${file}:7 refers to #nobody, which does not exist.`)
  })
})
