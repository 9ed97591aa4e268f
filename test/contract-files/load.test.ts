import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { temporaryFolder } from '../cli/child.ts'

/** Writes files into a folder of the test, and returns the path of the first one. */
async function write(files: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return join(folder, Object.keys(files)[0] ?? '')
}

/** Serves a text on a free port. */
async function serving(text: string, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => response.end(text))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.yaml`)
  } finally {
    server.close()
  }
}

const head = 'openapi: 3.1.0\ninfo: { title: T, version: 1.0.0 }\n'
const ok = "responses: { '200': { description: OK } }"

describe('operation ids', () => {
  it('derives missing ids from method and path, and warns with file and line', async () => {
    const file = await write({
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
    const file = await write({
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

describe('a contract in several files', () => {
  it('becomes one document in which every reference points to a component', async () => {
    const file = await write({
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

describe('upgrade', () => {
  /** Loads a document with these schemas, and returns the upgraded ones. */
  async function schemasOf(schemas: string, version = '3.0.3'): Promise<unknown> {
    const file = await write({
      'a.yaml': `${head.replace('3.1.0', version)}paths:
  /a:
    get: { operationId: a, ${ok} }
components:
  schemas:
${schemas}`,
    })
    const { document } = await loadContractFile(file)
    expect(document.openapi).toBe('3.1.0')
    return document.components?.schemas
  }

  it('rewrites schemas of OpenAPI 3.0 for 3.1', async () => {
    expect(
      await schemasOf(`
    Letter: { type: string, nullable: true, enum: [a, b] }
    Count: { type: number, minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false }
    Name: { type: string, nullable: false, example: Ada }
    Anything: { nullable: true, description: No type. }
`),
    ).toEqual({
      Letter: { type: ['string', 'null'], enum: ['a', 'b', null] },
      Count: { type: 'number', exclusiveMinimum: 0, maximum: 9 },
      Name: { type: 'string', examples: ['Ada'] },
      Anything: { description: 'No type.' },
    })
  })

  it('allows null next to references and compositions', async () => {
    expect(
      await schemasOf(`
    User: { type: object, properties: { id: { type: string } } }
    Owner: { description: May be absent., nullable: true, $ref: '#/components/schemas/User' }
    Editor: { type: object, nullable: true, allOf: [{ $ref: '#/components/schemas/User' }] }
    List:
      type: object
      properties: { nullable: { type: boolean }, first: { nullable: true, oneOf: [{ type: string }] } }
`),
    ).toMatchObject({
      Owner: {
        description: 'May be absent.',
        anyOf: [{ $ref: '#/components/schemas/User' }, { type: 'null' }],
      },
      Editor: {
        anyOf: [{ type: 'object', allOf: [{ $ref: '#/components/schemas/User' }] }, { type: 'null' }],
      },
      List: {
        properties: {
          nullable: { type: 'boolean' },
          first: { anyOf: [{ oneOf: [{ type: 'string' }] }, { type: 'null' }] },
        },
      },
    })
  })

  it('rewrites nullable and example in documents of 3.1, too', async () => {
    expect(await schemasOf('    Name: { type: string, nullable: true, example: Ada }\n', '3.1.0')).toEqual({
      Name: { type: ['string', 'null'], examples: ['Ada'] },
    })
  })

  it('leaves the examples of parameters and media types alone', async () => {
    const file = await write({
      'a.yaml': `${head}paths:
  /a:
    get:
      operationId: a
      parameters: [{ name: q, in: query, schema: { type: string }, example: x }]
      responses: { '200': { description: OK, content: { application/json: { example: { example: 1 } } } } }
`,
    })
    const { paths } = (await loadContractFile(file)).document
    expect(paths?.['/a']?.get).toMatchObject({
      parameters: [{ example: 'x' }],
      responses: { 200: { content: { 'application/json': { example: { example: 1 } } } } },
    })
  })
})

describe('fields without a value', () => {
  it('removes them, apart from those in examples and other data', async () => {
    const file = await write({
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

it('follows references through path items in other files', async () => {
  const file = await write({
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
  const file = await write({ 'a.yaml': `${head}paths:\n  /a: { $ref: 'b.yaml#/a' }\n`, 'b.yaml': 'b: {}' })
  await expect(loadContractFile(file)).rejects.toThrow(`${file}:4 refers to b.yaml#/a, which does not exist.`)
})

describe('references that cannot be followed', () => {
  const referring = (reference: string, components = '') =>
    write({
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
    const secret = await write({ 'secret.yaml': 'password: hunter2' })
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

describe('YAML aliases', () => {
  it('copies them, so that each reference in them leads to its file', async () => {
    const file = await write({
      'a.yaml': `${head}paths:
  /b: { $ref: 'b.yaml' }
`,
      'b.yaml': `get: { responses: &responses { '200': { $ref: 'c.yaml' } } }
post: { responses: *responses }
`,
      'c.yaml': 'description: Found',
    })
    const { document } = await loadContractFile(file)
    const item = document.paths?.['/b']
    expect(item?.get?.responses?.['200']).toEqual({ $ref: '#/components/responses/c' })
    expect(item?.post?.responses).toEqual(item?.get?.responses)
  })

  it('rejects those inside the anchors that they refer to', async () => {
    const file = await write({ 'a.yaml': `${head}x-loop: &loop { again: *loop }\npaths: {}\n` })
    await expect(loadContractFile(file)).rejects.toThrow(
      'a.yaml has a YAML alias inside the anchor that it refers to. Write a $ref instead.',
    )
  })

  it('rejects those that grow without measure', async () => {
    const grow = ['b', 'c', 'd', 'e', 'f', 'g'].map((name, index) => {
      const alias = `*${'abcdef'[index]}`
      return `x-${name}: &${name} [${Array(10).fill(alias)}]`
    })
    const file = await write({ 'a.yaml': `${head}x-a: &a [0]\n${grow.join('\n')}\npaths: {}\n` })
    await expect(loadContractFile(file)).rejects.toThrow('Excessive alias count')
  })
})

describe('responses', () => {
  it('drops their extensions, and writes ranges in upper case', async () => {
    const file = await write({
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
    const file = await write({
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
    const file = await write({
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
    const file = await write({
      'a.yaml': referringTo('b.yaml#person'),
      'b.yaml': 'a/b: { properties: { owner: { $ref: "a.yaml#user" } }, $anchor: person }',
    })
    const { document } = await loadContractFile(file)
    const person = { $anchor: 'person', properties: { owner: { $ref: '#/components/schemas/User' } } }
    expect(Object.values(document.components?.schemas ?? {})).toContainEqual(person)
  })

  it('rejects those without a schema, and names their line', async () => {
    const file = await write({ 'a.yaml': referringTo('#nobody') })
    await expect(loadContractFile(file)).rejects.toThrow(`${file}:7 refers to #nobody, which does not exist.`)
  })
})
