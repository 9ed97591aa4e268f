import { describe, expect, it } from 'vitest'
import type { Encoding, Schema } from '../../src/openapi/document.ts'
import { bodyFile, fileFields, multipartParts, withRequiredFiles } from '../../src/openapi/files.ts'

const text = { type: 'string' }
const binary = { ...text, format: 'binary' }
const document = { components: { schemas: { File: binary } } }
const multipart = 'multipart/form-data'

/** Returns the file of a field, or undefined for text. */
function fileOf(property: Schema, encoding?: Encoding) {
  const media = {
    schema: { type: 'object', properties: { avatar: property } },
    ...(encoding && { encoding: { avatar: encoding } }),
  }
  const { isRequired: _, ...file } = fileFields(document, multipart, media).get('avatar') ?? {}
  return 'name' in file ? file : undefined
}

const bin = { name: 'avatar.bin' }
const png = { name: 'avatar.png', type: 'image/png' }

describe('a field of a multipart body', () => {
  it.each<[string, Schema, object]>([
    ['the format binary', binary, bin],
    ['no type', { description: 'A picture', maxLength: 1e6 }, bin],
    ['no type and a media type', { contentMediaType: 'image/png' }, png],
    ['the type string and a media type of bytes', { ...text, contentMediaType: 'image/png' }, png],
    ['a binary encoding', { ...text, contentEncoding: 'binary' }, bin],
    ['null as an alternative', { anyOf: [binary, { type: 'null' }] }, bin],
    ['the types string and null', { type: ['string', 'null'], format: 'binary' }, bin],
    ['a reference to a file', { $ref: '#/components/schemas/File' }, bin],
    ['an annotated reference', { description: 'A', allOf: [{ $ref: '#/components/schemas/File' }] }, bin],
    ['a list of files', { type: 'array', items: binary }, bin],
    ['a list of items without a type', { type: 'array', items: {} }, bin],
    ['a URL as an alternative', { oneOf: [{ ...text, format: 'uri' }, binary] }, bin],
    [
      'a media type without a known extension',
      { contentMediaType: 'application/x-acme' },
      { ...bin, type: 'application/x-acme' },
    ],
    [
      'an image type that is its extension',
      { contentMediaType: 'image/heic' },
      { name: 'avatar.heic', type: 'image/heic' },
    ],
  ])('is a file with %s', (_, property, file) => {
    expect(fileOf(property)).toEqual(file)
  })

  it.each<[string, Schema]>([
    ['the type string', text],
    ['text in Base64', { ...text, contentEncoding: 'base64', contentMediaType: 'image/png' }],
    ['the format byte', { ...text, format: 'byte' }],
    ['the media type of text', { ...text, contentMediaType: 'text/csv' }],
    ['the media type of JSON', { ...text, contentMediaType: 'application/json' }],
    ['numbers', { type: 'integer' }],
    ['objects', { type: 'object' }],
    ['allowed values without a type', { enum: ['a', 'b'] }],
    ['properties without a type', { properties: { x: { type: 'integer' } } }],
    ['a list of texts', { type: 'array', items: text }],
    ['alternatives of text', { anyOf: [text, { type: 'null' }] }],
  ])('is text with %s', (_, property) => {
    expect(fileOf(property)).toBeUndefined()
  })

  it('is a file if its encoding names a media type of bytes', () => {
    expect(fileOf(text, { contentType: 'image/png, image/jpeg' })).toEqual(png)
    expect(fileOf(text, { contentType: 'image/*' })).toEqual(png)
    expect(fileOf({ type: 'array', items: text }, { contentType: 'application/pdf' })).toEqual({
      name: 'avatar.pdf',
      type: 'application/pdf',
    })
    expect(fileOf(text, { contentType: 'text/csv' })).toBeUndefined()
    expect(fileOf({ type: 'object' }, { contentType: 'application/xml' })).toBeUndefined()
  })

  it('is text in a schema that refers to itself', () => {
    const schemas = { Node: { anyOf: [{ $ref: '#/components/schemas/Node' }, text] } }
    const schema = { type: 'object', properties: { node: { $ref: '#/components/schemas/Node' } } }
    expect(fileFields({ components: { schemas } }, multipart, { schema }).size).toBe(0)
  })

  it('is a file in multipart bodies only', () => {
    const schema = { type: 'object', properties: { avatar: binary } }
    expect(fileFields(document, 'application/json', { schema }).size).toBe(0)
  })
})

describe('a body', () => {
  it.each<[string, Schema | undefined, string]>([
    ['image/png', undefined, 'file.png'],
    ['image/*', {}, 'file.png'],
    ['application/octet-stream', binary, 'file.bin'],
    ['application/octet-stream', text, 'file.bin'],
    ['application/pdf', text, 'file.pdf'],
    ['text/csv', binary, 'file.csv'],
  ])('of the type %s is a file with the schema %j', (mediaType, schema, name) => {
    expect(bodyFile(document, mediaType, { ...(schema && { schema }) })?.name).toBe(name)
  })

  it.each<[string, Schema | undefined]>([
    ['text/plain', undefined],
    ['text/plain', text],
    ['application/jwt', text],
    ['application/xml', { type: 'object' }],
    ['application/json', binary],
    ['application/octet-stream', { ...text, format: 'byte' }],
    ['application/x-www-form-urlencoded', { type: 'object' }],
    [multipart, {}],
  ])('of the type %s has no file with the schema %j', (mediaType, schema) => {
    expect(bodyFile(document, mediaType, { ...(schema && { schema }) })).toBeUndefined()
  })
})

describe('a multipart body', () => {
  const schema = {
    type: 'object',
    required: ['avatar', 'title'],
    properties: { avatar: binary, pages: { type: 'array', items: binary }, title: text },
  }
  const files = fileFields(document, multipart, { schema })

  it('contains each file of a list', () => {
    expect(multipartParts({ avatar: 'a', pages: ['b', 'c'], title: 'T' }, { files })).toEqual([
      { name: 'avatar', text: 'a', file: { name: 'avatar.bin' } },
      { name: 'pages', text: 'b', file: { name: 'pages.bin' } },
      { name: 'pages', text: 'c', file: { name: 'pages.bin' } },
      { name: 'title', text: 'T' },
    ])
  })

  it('gives a text the media type of its encoding unless that has a style', () => {
    const encoding = {
      crop: { contentType: 'application/json' },
      title: { contentType: 'text/plain' },
      tags: { contentType: 'application/json', explode: false },
    }
    expect(multipartParts({ crop: { x: 1 }, title: 'T', tags: ['a', 'b'] }, { encoding })).toEqual([
      { name: 'crop', text: '{"x":1}', type: 'application/json' },
      { name: 'title', text: 'T' },
      { name: 'tags', text: 'a,b' },
    ])
  })

  it('gets the required files that its example lacks', () => {
    expect(withRequiredFiles({ title: 'T' }, files)).toEqual({ title: 'T', avatar: '' })
  })
})

it.each(['anyOf', 'oneOf', 'allOf'])(
  'finds the file of a schema that repeats itself in %s on many levels',
  (keyword) => {
    const levels = Array.from({ length: 30 }, (_, index): [string, Schema] => {
      const next = { $ref: `#/components/schemas/L${index + 1}` }
      return [`L${index}`, { [keyword]: [next, { ...next, title: 'Again' }] }]
    })
    const schemas = { ...Object.fromEntries(levels), L30: binary }
    const media = { schema: { $ref: '#/components/schemas/L0' } }
    expect(bodyFile({ components: { schemas } }, 'application/pdf', media)).toEqual({
      name: 'file.pdf',
      type: 'application/pdf',
    })
  },
)
