import { describe, expect, it } from 'vitest'
import { type Code, call, cast, member, print } from '../../src/codegen/code.ts'

const long =
  'a text that is long enough to fill most of a line, so that nothing else finds room beside it, at all'

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
  ])('writes %j on one line', (code, text) => {
    expect(print(code)).toBe(text)
  })

  it('puts quotation marks around keys that need them', () => {
    expect(print({ a1: 1, $b: 1, 200: 1, 'a-b': 1, '4XX': 1, '': 1, '01': 1 })).toBe(
      "{ 200: 1, a1: 1, $b: 1, 'a-b': 1, '4XX': 1, '': 1, '01': 1 }",
    )
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
  ])('writes the text %j so that it is read as the same', (text) => {
    expect(read(print(text))).toBe(text)
    expect(read(print(`${text}\n${long}${text}\n\n`))).toBe(`${text}\n${long}${text}\n\n`)
  })

  it('breaks what does not fit, one member per line', () => {
    expect(print({ text: long, list: [1, 2] })).toBe(`{\n  text: '${long}',\n  list: [1, 2],\n}`)
  })

  it('writes each line of a long text on a line of its own', () => {
    expect(print({ text: `${long}\n\n${long}\n` })).toBe(
      `{\n  text:\n    '${long}\\n\\n' +\n    '${long}\\n',\n}`,
    )
  })
})

describe('call', () => {
  it('breaks within its last argument only', () => {
    expect(print(call('f', 'a', { b: 1 }))).toBe("f('a', { b: 1 })")
    expect(print({ x: call('f', 'a', { b: long }) })).toBe(`{\n  x: f('a', {\n    b: '${long}',\n  }),\n}`)
  })
})

describe('cast and member', () => {
  it('write what they are called', () => {
    expect(print(cast({ a: 1 }, 'object'))).toBe('{ a: 1 } as object')
    expect(print(member('a', 'b'))).toBe('a.b')
    expect(print(member('a', 'b-c'))).toBe("a['b-c']")
  })
})
