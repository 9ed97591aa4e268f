import { describe, expect, it } from 'vitest'
import { findUnstorableText } from '../../src/http/text-integrity.ts'

const text = 'must not contain NUL or unpaired surrogates'

describe('findUnstorableText', () => {
  it('finds unstorable text at any depth and in document order', () => {
    const value = { a: ['fine', 'n\0l'], b: { c: '\ud800' }, d: { 'k\0y': 1 }, e: '\udc00\ud800' }
    expect(findUnstorableText('body', value)).toEqual([
      { in: 'body', path: 'a.1', rule: 'unstorable', message: text },
      { in: 'body', path: 'b.c', rule: 'unstorable', message: text },
      { in: 'body', path: 'd', rule: 'unstorable', message: text },
      { in: 'body', path: 'e', rule: 'unstorable', message: text },
    ])
  })

  it('finds strings that a schema has changed', () => {
    const sent = { a: 'https://a.example/\nb', b: ' https://a.example', c: '7' }
    const read = { a: 'https://a.example/b', b: 'https://a.example', c: 7 }
    expect(findUnstorableText('query', read, sent).map(({ path, message }) => [path, message])).toEqual([
      ['a', 'must not contain white space'],
      ['b', 'must not contain white space'],
    ])
  })

  it('accepts all other characters', () => {
    expect(
      findUnstorableText('body', { '😀': ['\u0001', '\uffff', '\ufeff', 'e\u0301'], n: 1, z: null }),
    ).toEqual([])
  })
})
