import { describe, expect, it } from 'vitest'
import { unwrapLines } from '../../src/docs/unwrap-lines.ts'

describe('unwrapLines', () => {
  it.each([
    ['a paragraph', 'one\ntwo\n\nthree\nfour\n', 'one two\n\nthree four\n'],
    ['list items', '- one\n  two\n- three\n1. four\n   five', '- one two\n- three\n1. four five'],
    ['a paragraph before a list', 'one\ntwo:\n- three', 'one two:\n- three'],
  ])('joins the lines of %s', (_, text, expected) => {
    expect(unwrapLines(text)).toBe(expected)
  })

  it.each([
    ['a heading', '## one\ntwo'],
    ['a table', '| one |\n|---|\n| two |\n\nthree'],
    ['an underlined heading', 'one\n===\ntwo'],
    ['a table without outer bars', 'one | two\n--- | ---\nthree | four\nfive | six'],
    ['code', '```\none\ntwo\n```\nthree'],
    ['a hard line break', 'one  \ntwo\\\nthree'],
  ])('keeps the lines of %s', (_, text) => {
    expect(unwrapLines(text)).toBe(text)
  })
})
