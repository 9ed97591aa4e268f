import { describe, expect, it } from 'vitest'
import { readContent } from '../../src/openapi/read-content.ts'

const tags = { type: 'array', items: { type: 'object', properties: { ids: { type: 'array' } } } }

/** Reads a form with the list `tags` and the object `meta`. */
async function read(text: string): Promise<unknown> {
  const schema = { type: 'object', properties: { tags, meta: { type: 'object' } } }
  const content = await readContent({}, { schema }, text, 'application/x-www-form-urlencoded')
  return 'value' in content ? content.value : content
}

const repeat = (times: number, field: (index: number) => string) =>
  Array.from({ length: times }, (_, index) => field(index)).join('&')

describe('a form with names in brackets', () => {
  it('is read as lists and objects', async () => {
    expect(await read('tags[0][ids][]=1&tags[0][ids][]=2&tags[b][ids]=3&meta[a][b]=4&meta[a][c]=5')).toEqual({
      tags: [{ ids: ['1', '2'] }, { ids: ['3'] }],
      meta: { a: { b: '4', c: '5' } },
    })
  })

  it('keeps what is malformed for the validation', async () => {
    expect(await read('meta[a=1&meta[b]c=2&meta[__proto__]=3')).toEqual({
      meta: { '[a': '1', b: { c: '2' }, ['__proto__']: '3' },
    })
  })

  it('is read in linear time', async () => {
    const form = repeat(16_000, (index) => `tags[${index}][ids][]=1&meta[${index}]=1&unknown${index}=1`)
    const value = Object(await read(form))
    expect([value.tags.length, Object.keys(value.meta).length]).toEqual([16_000, 16_000])
  })

  it('is not read deeper than values may be nested', async () => {
    const value = await read(`meta${'[a]'.repeat(50_000)}=1`)
    expect(JSON.stringify(value).match(/"a":/g)).toHaveLength(100)
  })
})

it('reads a list whose encoding is JSON', async () => {
  const schema = { type: 'object', properties: { tags: { type: 'array' } } }
  const encoding = { tags: { contentType: 'application/json' } }
  const readTags = (text: string) =>
    readContent({}, { schema, encoding }, text, 'application/x-www-form-urlencoded')
  expect(await readTags('tags=["a","b"]')).toEqual({ value: { tags: ['a', 'b'] } })
  expect(await readTags('tags="a"&tags="b"')).toEqual({ value: { tags: ['a', 'b'] } })
})

it('leaves out an object whose properties are only named like fields of the form', async () => {
  const schema = {
    type: 'object',
    properties: {
      name: { type: 'string' },
      meta: { type: 'object', properties: { name: { type: 'string' } } },
    },
  }
  const content = await readContent({}, { schema }, 'name=Ada', 'application/x-www-form-urlencoded')
  expect(content).toEqual({ value: { name: 'Ada' } })
})

it('keeps fields that are named like methods of objects', async () => {
  expect(await read('constructor=1&toString=2&hasOwnProperty[x]=3')).toEqual({
    constructor: '1',
    toString: '2',
    'hasOwnProperty[x]': '3',
  })
})
