import { expect, it, vi } from 'vitest'
import { formatTable, printResult } from '../../../src/cli/admin/command.ts'

const names = ['\u001b[2J', '\u009b31m', 'a\rb', 'c\nd\te', '\u007f', '\u2028', '\u202eevil', '\u0000']
const isSafe = (text: string) => !/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(text)

/** Returns the lines that a result prints. */
function print(json: unknown, text: string, options = {}): string[] {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  printResult({ json, text }, { data: '', ...options })
  return String(log.mock.lastCall?.[0]).split('\n')
}

it('escapes control characters in tables, one row per line', () => {
  const lines = formatTable(
    ['name', 'id'],
    names.map((name) => [name, '1']),
  ).split('\n')
  expect(lines).toHaveLength(names.length + 1)
  expect(lines.every(isSafe)).toBe(true)
  expect(lines[1]).toMatch(/^\\u001b\[2J +1$/)
})

it('escapes control characters in sentences and keeps their lines', () => {
  const lines = print(null, names.filter((name) => !name.includes('\n')).join('\n'))
  expect(lines).toHaveLength(names.length - 1)
  expect(lines.every(isSafe)).toBe(true)
})

it('escapes control characters in JSON without changing its meaning', () => {
  const lines = print(names, '', { json: true })
  expect([lines.length, isSafe(String(lines[0])), JSON.parse(String(lines[0]))]).toEqual([1, true, names])
})

it('keeps letters, emoji and right-to-left names', () => {
  expect(print(null, 'Zoë 👩‍👩‍👧 שרה')).toEqual(['Zoë 👩‍👩‍👧 שרה'])
})
