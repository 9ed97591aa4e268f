import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateLibrary, type Library } from './library.ts'

let library: Library
let ajv: Ajv2020
beforeAll(async () => {
  library = await generateLibrary()
  ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'library', ...library.document } as object)
})
afterAll(() => library.dispose())

/** Validates a value with the zod schema and with a JSON Schema validator. */
function validateBoth(name: string, value: unknown) {
  const zod = library.zodSchemas[`z${name.replaceAll('shelf-number', 'ShelfNumber')}`]
  const validate = ajv.getSchema(`library#/components/schemas/${name}`)
  return { zod: zod?.safeParse(value).success, ajv: validate?.(value) }
}

const accepted = { zod: true, ajv: true }
const rejected = { zod: false, ajv: false }
const book = { id: 'b1', title: 'Sonnets', genre: 'poetry', year: null, subtitle: null }

describe('valid values', () => {
  it.each<[what: string, schema: string, value: unknown]>([
    ['null if it is allowed', 'Book', book],
    ['unknown properties', 'Book', { ...book, cover: 'red' }],
    ['a schema that contains itself', 'Book', { ...book, sequel: { ...book, sequel: book } }],
    ['an enum value with a blank', 'Genre', 'non fiction'],
    ['a whole number, however large its format', 'shelf-number', 2 ** 40],
    ['a time with an offset', 'Loan', { bookId: 'b1', until: '2026-03-04T05:06:07+09:00' }],
    ['either of two forms', 'Loan', { bookId: 'b1', reader: { kind: 'member', 'card-number': '7' } }],
    ['either of two forms', 'Loan', { bookId: 'b1', reader: { kind: 'guest' } }],
    ['the maximum number of properties, including unknown ones', 'ShelfOrder', { first: 'a', other: 1 }],
    ['any object without keywords', 'ShelfOrder', { note: { any: ['thing'] } }],
    ['null for an object without keywords', 'ShelfOrder', { note: null }],
    ['one of several required properties', 'Code', { kind: 'x', mark: 'm' }],
    ['a union within another union', 'Code', { kind: 'x', isbn: '123', place: { box: 'a' } }],
    ['characters outside the basic plane, counted as one each', 'Code', { kind: 'x', isbn: '😀😀😀' }],
    ['exactly one of the alternatives', 'Place', { shelf: 3 }],
  ])('accepts %s (%s)', (_, schema, value) => {
    expect(validateBoth(schema, value)).toEqual(accepted)
  })
})

describe('invalid values', () => {
  it.each<[what: string, schema: string, value: unknown]>([
    ['a missing property', 'Book', { ...book, id: undefined }],
    ['null if it is not allowed', 'Book', { ...book, title: null }],
    ['a text that matches a pattern only partly', 'Loan', { bookId: 'ab1' }],
    ['a fraction', 'shelf-number', 1.5],
    ['a number as text', 'shelf-number', '1'],
    ['a local time', 'Loan', { bookId: 'b1', until: '2026-03-04T05:06:07' }],
    ['neither of two forms', 'Loan', { bookId: 'b1', reader: { kind: 'member' } }],
    ['too few properties', 'ShelfOrder', {}],
    ['too many properties', 'ShelfOrder', { first: 'a', last: 'b', other: 1 }],
    ['none of several required properties', 'Code', { kind: 'x' }],
    ['a missing required property with a default', 'Edition', {}],
    ['too many characters', 'Code', { kind: 'x', isbn: '1234' }],
    ['both of two alternatives', 'Place', { shelf: 3, box: 'a' }],
    ['an array for an object', 'ShelfOrder', ['a']],
  ])('rejects %s (%s)', (_, schema, value) => {
    const json = JSON.parse(JSON.stringify(value))
    expect(validateBoth(schema, json)).toEqual(rejected)
  })
})

describe('parsed values', () => {
  it('omits unknown properties', () => {
    expect(library.zodSchemas.zBook?.parse({ ...book, cover: 'red' })).toEqual(book)
  })

  it('keeps all properties of an object without keywords', () => {
    expect(library.zodSchemas.zShelfOrder?.parse({ note: { any: 1 } })).toEqual({ note: { any: 1 } })
  })

  it('fills in defaults', () => {
    expect(library.zodSchemas.zCode?.parse({ mark: 'm' })).toEqual({ kind: 'isbn', mark: 'm' })
  })
})
