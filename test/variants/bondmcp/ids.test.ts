import { expect, it } from 'vitest'
import { newId } from '../../../src/variants/bondmcp/ids.ts'

/** A source of random bytes that repeats the given ones. */
function sourceOf(bytes: number[]) {
  let next = 0
  return (length: number) => Uint8Array.from({ length }, () => bytes[next++ % bytes.length] ?? 0)
}

it('creates ids from a prefix for their kind and 16 letters or digits', () => {
  const random = sourceOf(Array.from({ length: 256 }, (_, byte) => byte))
  expect(newId('user', random)).toMatch(/^usr_[A-Za-z0-9]{16}$/)
  expect(newId('apiKey', random)).toMatch(/^key_[A-Za-z0-9]{16}$/)
})

it('chooses every letter and digit of an id with the same probability', () => {
  const random = sourceOf(Array.from({ length: 256 }, (_, byte) => byte))
  const counts = new Map<string, number>()
  // Of the 256 bytes, 248 stand for one of 62 characters. Two rounds give 496 characters, 8 times each.
  for (let id = 0; id < 496 / 16; id++)
    for (const character of newId('user', random).slice('usr_'.length))
      counts.set(character, (counts.get(character) ?? 0) + 1)
  expect(counts.size).toBe(62)
  expect(new Set(counts.values())).toEqual(new Set([8]))
})
