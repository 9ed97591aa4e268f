import { describe, expect, it } from 'vitest'
import { renderTypes } from '../../src/codegen/types.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { head, ok, writeContract } from './write-contract.ts'

const contract = (mapping: string, components = '') => `${head}paths:
  /pet:
    get: { ${ok} }
    put:
      requestBody:
        content:
          application/json:
            schema:
              oneOf: [{ $ref: './cat.yaml' }, { $ref: 'dogs.yaml#/Dog' }]
              discriminator:
                propertyName: kind
                mapping:
${mapping}
      ${ok}
${components}`

const pet = (kind: string) =>
  `type: object\nrequired: [kind]\nproperties: { kind: { type: string }, ${kind}: { type: integer } }\n`

const files = (mapping: string, components = '') => ({
  'a.yaml': contract(mapping, components),
  'cat.yaml': pet('lives'),
  'dogs.yaml': `Dog:\n  ${pet('age').trimEnd().replaceAll('\n', '\n  ')}\n`,
})

const lines = (mapping: Record<string, string>) =>
  Object.entries(mapping)
    .map(([key, value]) => `                  ${key}: '${value}'`)
    .join('\n')

async function mappingOf(source: Record<string, string>) {
  const { document } = await loadContractFile(await writeContract(source))
  const body = document.paths?.['/pet']?.put?.requestBody as {
    content: Record<string, { schema: { discriminator: { mapping: Record<string, string> } } }>
  }
  return { document, mapping: body.content['application/json']?.schema.discriminator.mapping }
}

describe('the mapping of a discriminator', () => {
  it('refers to components after bundling, as the references do', async () => {
    const { document, mapping } = await mappingOf(files(lines({ cat: 'cat.yaml', dog: './dogs.yaml#/Dog' })))
    expect(mapping).toEqual({
      cat: '#/components/schemas/cat',
      dog: '#/components/schemas/Dog',
    })
    expect(Object.keys(document.components?.schemas ?? {}).sort()).toEqual(['Dog', 'cat'])
    const types = await renderTypes(document, { header: '' })
    expect(types).toContain('kind: "cat"')
    expect(types).toContain('kind: "dog"')
  })

  it('accepts the names of schemas in the same file or in the first one', async () => {
    const source = files(
      lines({ cat: 'Cat', other: '#/components/schemas/Cat' }),
      "components: { schemas: { Cat: { $ref: './cat.yaml' }, Box: { $ref: 'box.yaml#/components/schemas/Box' } } }",
    )
    const box = `components:
  schemas:
    Box: { oneOf: [], discriminator: { propertyName: size, mapping: { small: Small, pet: Cat } } }
    Small: { type: object }
`
    const { document, mapping } = await mappingOf({ ...source, 'box.yaml': box })
    expect(mapping).toEqual({ cat: '#/components/schemas/Cat', other: '#/components/schemas/Cat' })
    const boxes = Object.values(document.components?.schemas ?? {}).flatMap(
      (schema) => schema.discriminator ?? [],
    )
    expect(boxes).toEqual([
      {
        propertyName: 'size',
        mapping: { small: '#/components/schemas/Small', pet: '#/components/schemas/Cat' },
      },
    ])
  })

  it.each([
    ['Bird', 'a.yaml:17 refers to Bird, which does not exist.'],
    ['dogs.yaml#/Bird', 'a.yaml:17 refers to dogs.yaml#/Bird, which does not exist.'],
    ['bird.yaml', 'bird.yaml'],
  ])('reports the missing target %s with file and line', async (value, message) => {
    const source = files(lines({ cat: 'cat.yaml', bird: value }))
    const { 'a.yaml': text, ...others } = source
    const file = await writeContract({ 'a.yaml': `# Bird, dogs.yaml#/Bird\n${text}`, ...others })
    await expect(loadContractFile(file)).rejects.toThrow(message)
    await expect(loadContractFile(file)).rejects.toThrow('a.yaml:17')
  })
})
