import { describe, expect, it } from 'vitest'
import { type Code, call, cast, print, propertyAccess } from '../../src/codegen/code.ts'

const long =
  'a text that is long enough to fill most of a line, so that nothing else fits on the same line, at all'

const read = (code: string): unknown => new Function(`return (${code})`)()

describe('print', () => {
  it.each<[Code, string]>([
    [null, 'null'],
    [undefined, 'undefined'],
    [-1.5, '-1.5'],
    [true, 'true'],
    ['a', "'a'"],
    [[], '[]'],
    [{}, '{}'],
    [[1, 'a'], "[1, 'a']"],
    [{ a: { b: [1] } }, '{ a: { b: [1] } }'],
  ])('prints %j on one line', (code, text) => {
    expect(print(code)).toBe(text)
  })

  it('quotes only keys that need it', () => {
    expect(print({ a1: 1, $b: 1, 200: 1, 'a-b': 1, '4XX': 1, '': 1, '01': 1 })).toBe(
      "{ 200: 1, a1: 1, $b: 1, 'a-b': 1, '4XX': 1, '': 1, '01': 1 }",
    )
  })

  it('keeps a property with the name of the prototype', () => {
    const code = JSON.parse('{ "__proto__": { "a": 1 } }')
    expect(JSON.stringify(read(print(code)))).toBe('{"__proto__":{"a":1}}')
  })

  it.each([
    "it's",
    'say "yes"',
    `it's "both"`,
    'back\\slash',
    ['`$', '{a}`'].join(''),
    'tab\tend',
    '\u2028',
    "\\'",
  ])('prints the text %j as a literal with the same value', (text) => {
    expect(read(print(text))).toBe(text)
    expect(read(print(`${text}\n${long}${text}\n\n`))).toBe(`${text}\n${long}${text}\n\n`)
  })

  it('prints one property per line if the object does not fit on one line', () => {
    expect(print({ text: long, list: [1, 2] })).toBe(`{\n  text: '${long}',\n  list: [1, 2],\n}`)
  })

  it('prints one literal per line of a long text', () => {
    expect(print({ text: `${long}\n\n${long}\n` })).toBe(
      `{\n  text:\n    '${long}\\n\\n' +\n    '${long}\\n',\n}`,
    )
  })
})

describe('call', () => {
  it('breaks only the last argument of a call into lines', () => {
    expect(print(call('f', 'a', { b: 1 }))).toBe("f('a', { b: 1 })")
    expect(print({ x: call('f', 'a', { b: long }) })).toBe(`{\n  x: f('a', {\n    b: '${long}',\n  }),\n}`)
  })
})

describe('cast and propertyAccess', () => {
  it('prints a cast and a property access', () => {
    expect(print(cast({ a: 1 }, 'object'))).toBe('{ a: 1 } as object')
    expect(print(propertyAccess('a', 'b'))).toBe('a.b')
    expect(print(propertyAccess('a', 'b-c'))).toBe("a['b-c']")
  })
})
