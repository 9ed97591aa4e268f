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

/** Whether the zod schema and a JSON Schema validator accept a value. */
function verdicts(name: string, value: unknown) {
  const zod = library.zodSchemas[`z${name.replaceAll('shelf-number', 'ShelfNumber')}`]
  const validate = ajv.getSchema(`library#/components/schemas/${name}`)
  return { zod: zod?.safeParse(value).success, ajv: validate?.(value) }
}

const accepted = { zod: true, ajv: true }
const refused = { zod: false, ajv: false }
const book = { id: 'b1', title: 'Sonnets', genre: 'poetry', year: null, subtitle: null }

describe('a zod schema accepts', () => {
  it.each<[what: string, schema: string, value: unknown]>([
    ['null where it is allowed', 'Book', book],
    ['members that nobody knows', 'Book', { ...book, cover: 'red' }],
    ['a schema that contains itself', 'Book', { ...book, sequel: { ...book, sequel: book } }],
    ['an enum value with a blank', 'Genre', 'non fiction'],
    ['a whole number, however large its format', 'shelf-number', 2 ** 40],
    ['a time with an offset', 'Loan', { bookId: 'b1', until: '2026-03-04T05:06:07+09:00' }],
    ['either of two forms', 'Loan', { bookId: 'b1', reader: { kind: 'member', 'card-number': '7' } }],
    ['either of two forms', 'Loan', { bookId: 'b1', reader: { kind: 'guest' } }],
    ['as many members as there may be, unknown ones counted', 'ShelfOrder', { first: 'a', other: 1 }],
    ['an object of which nothing is said', 'ShelfOrder', { note: { any: ['thing'] } }],
    ['null for such an object', 'ShelfOrder', { note: null }],
    ['one of several required members', 'Code', { kind: 'x', mark: 'm' }],
    ['a member of a union within another', 'Code', { kind: 'x', isbn: '123', place: { box: 'a' } }],
    ['characters outside the basic plane as one each', 'Code', { kind: 'x', isbn: '😀😀😀' }],
    ['exactly one of the alternatives', 'Place', { shelf: 3 }],
  ])('%s (%s)', (_, schema, value) => {
    expect(verdicts(schema, value)).toEqual(accepted)
  })
})

describe('a zod schema refuses', () => {
  it.each<[what: string, schema: string, value: unknown]>([
    ['a member that is missing', 'Book', { ...book, id: undefined }],
    ['null where it is not allowed', 'Book', { ...book, title: null }],
    ['a part of a pattern', 'Loan', { bookId: 'ab1' }],
    ['a fraction', 'shelf-number', 1.5],
    ['a number as text', 'shelf-number', '1'],
    ['a local time', 'Loan', { bookId: 'b1', until: '2026-03-04T05:06:07' }],
    ['a form that is none of two', 'Loan', { bookId: 'b1', reader: { kind: 'member' } }],
    ['too few members', 'ShelfOrder', {}],
    ['too many members', 'ShelfOrder', { first: 'a', last: 'b', other: 1 }],
    ['none of several required members', 'Code', { kind: 'x' }],
    ['a required member that is missing, in spite of its default', 'Edition', {}],
    ['too many characters', 'Code', { kind: 'x', isbn: '1234' }],
    ['both of two alternatives', 'Place', { shelf: 3, box: 'a' }],
    ['an array for an object', 'ShelfOrder', ['a']],
  ])('%s (%s)', (_, schema, value) => {
    const json = JSON.parse(JSON.stringify(value))
    expect(verdicts(schema, json)).toEqual(refused)
  })
})

describe('what a zod schema returns', () => {
  it('lacks the members that nobody knows', () => {
    expect(library.zodSchemas.zBook?.parse({ ...book, cover: 'red' })).toEqual(book)
  })

  it('keeps the members of an object of which nothing is said', () => {
    expect(library.zodSchemas.zShelfOrder?.parse({ note: { any: 1 } })).toEqual({ note: { any: 1 } })
  })

  it('has the defaults', () => {
    expect(library.zodSchemas.zCode?.parse({ mark: 'm' })).toEqual({ kind: 'isbn', mark: 'm' })
  })
})
