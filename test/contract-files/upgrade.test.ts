import { describe, expect, it } from 'vitest'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { head, ok, writeContract } from './write-contract.ts'

describe('upgrade', () => {
  /** Loads a document with these schemas, and returns the upgraded ones. */
  async function schemasOf(schemas: string, version = '3.0.3'): Promise<unknown> {
    const file = await writeContract({
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
    const file = await writeContract({
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
