import { describe, expect, it } from 'vitest'
import type { Encoding, Parameter } from '../../src/openapi/document.ts'
import { type Fields, formFields, parameterFields } from '../../src/openapi/serialize.ts'

const list = ['a b', 'c']
const object = { r: 1, g: [2] }

describe('a parameter', () => {
  // The table of OpenAPI 3.1.1, §4.8.12.4.
  it.each<[Omit<Parameter, 'name'>, unknown, Fields]>([
    [{ in: 'query' }, 'x', [['p', 'x']]],
    [
      { in: 'query' },
      list,
      [
        ['p', 'a b'],
        ['p', 'c'],
      ],
    ],
    [{ in: 'query' }, [], []],
    [{ in: 'query', explode: false }, [], []],
    [{ in: 'query', style: 'pipeDelimited' }, [], []],
    [{ in: 'query', explode: false }, {}, []],
    [
      { in: 'query' },
      object,
      [
        ['r', '1'],
        ['g', '[2]'],
      ],
    ],
    [{ in: 'query', explode: false }, list, [['p', 'a b,c']]],
    [{ in: 'query', explode: false }, object, [['p', 'r,1,g,[2]']]],
    [{ in: 'query', style: 'spaceDelimited' }, list, [['p', 'a b c']]],
    [{ in: 'query', style: 'pipeDelimited' }, list, [['p', 'a b|c']]],
    [
      { in: 'query', style: 'deepObject' },
      object,
      [
        ['p[r]', '1'],
        ['p[g][0]', '2'],
      ],
    ],
    [{ in: 'query', content: { 'application/json': {} } }, object, [['p', '{"r":1,"g":[2]}']]],
    [{ in: 'path' }, 5, [['p', '5']]],
    [{ in: 'path' }, list, [['p', 'a b,c']]],
    [{ in: 'path' }, object, [['p', 'r,1,g,[2]']]],
    [{ in: 'path', explode: true }, object, [['p', 'r=1,g=[2]']]],
    [{ in: 'path', style: 'label' }, 5, [['p', '.5']]],
    [{ in: 'path', style: 'label', explode: true }, list, [['p', '.a b.c']]],
    [{ in: 'path', style: 'matrix' }, 5, [['p', ';p=5']]],
    [{ in: 'path', style: 'matrix' }, list, [['p', ';p=a b,c']]],
    [{ in: 'path', style: 'matrix', explode: true }, list, [['p', ';p=a b;p=c']]],
    [{ in: 'path', style: 'matrix' }, object, [['p', ';p=r,1,g,[2]']]],
    [{ in: 'path', style: 'matrix', explode: true }, object, [['p', ';r=1;g=[2]']]],
    [{ in: 'header' }, list, [['p', 'a b,c']]],
    [{ in: 'cookie' }, list, [['p', 'a b,c']]],
  ])('with %j of %j has the fields %j', (parameter, value, fields) => {
    expect(parameterFields({ name: 'p', ...parameter }, value)).toEqual(fields)
  })
})

describe('a form', () => {
  it('repeats a list, writes an object as JSON, and leaves out null', () => {
    expect(formFields({ list, object, none: null, flag: true })).toEqual([
      ['list', 'a b'],
      ['list', 'c'],
      ['object', '{"r":1,"g":[2]}'],
      ['flag', 'true'],
    ])
  })

  it.each<[Encoding, unknown, Fields]>([
    [{ explode: false }, list, [['p', 'a b,c']]],
    [
      { style: 'deepObject' },
      object,
      [
        ['p[r]', '1'],
        ['p[g][0]', '2'],
      ],
    ],
    [{ contentType: 'application/json' }, list, [['p', '["a b","c"]']]],
  ])('writes a field in the encoding %j', (encoding, value, fields) => {
    expect(formFields({ p: value }, { p: encoding })).toEqual(fields)
  })
})
