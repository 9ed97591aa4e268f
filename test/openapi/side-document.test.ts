import { describe, expect, it } from 'vitest'
import type { Document, Schema } from '../../src/openapi/document.ts'
import { valueAt } from '../../src/openapi/pointer.ts'
import { documentOfSide } from '../../src/openapi/side-document.ts'

const documentOf = (schema: Schema): Document => ({
  openapi: '3.1.0',
  info: { title: 'Small', version: '1' },
  components: { schemas: { A: schema } },
})
const at = '/components/schemas/A'
const kind = (name: string) => ({ properties: { kind: { const: name } } })
const discriminator = { propertyName: 'kind' }

describe('the document of a side', () => {
  it('is the document itself without rules of OpenAPI', () => {
    const document = documentOf({ oneOf: [kind('a')] })
    expect(documentOfSide(document, 'request').document).toBe(document)
  })

  it.each<[what: string, schema: Schema, pointer: string]>([
    ['a branch', { discriminator, oneOf: [kind('a'), kind('b')] }, '/oneOf/1'],
    ['a branch of anyOf', { discriminator, anyOf: [kind('a'), kind('b')] }, '/anyOf/1'],
    ['a branch beside allOf', { discriminator, allOf: [{}], oneOf: [kind('a'), kind('b')] }, '/oneOf/0'],
    ['a branch without a stated value', { discriminator, oneOf: [kind('a'), { title: 'b' }] }, '/oneOf/1'],
    [
      'a branch in a branch',
      { discriminator, oneOf: [{ ...kind('a'), discriminator, anyOf: [kind('a'), kind('b')] }] },
      '/oneOf/0/anyOf/1',
    ],
    ['a union that no discriminator selects', { discriminator, oneOf: [kind('a')], anyOf: [{}] }, '/anyOf/0'],
  ])('converts the pointer of %s in both directions', (_, schema, pointer) => {
    const document = documentOf(schema)
    const side = documentOfSide(document, 'request')
    const target = side.fromOriginal(at + pointer)
    expect(valueAt(side.document, target)).toMatchObject(
      (({ discriminator: _, oneOf: __, anyOf: ___, ...rest }) => rest)(
        valueAt(document, at + pointer) as Schema,
      ),
    )
    expect(side.toOriginal(`${target}/properties/kind`)).toBe(`${at + pointer}/properties/kind`)
  })
})
