import { describe, expect, it } from 'vitest'
import { canonicalEmail } from '../../src/core/emails.ts'
import { hasInvisibleInName, toVisibleName } from '../../src/core/invisible.ts'

const invisible = [
  '\u00AD',
  '\u034F',
  '\u061C',
  '\u115F',
  '\u17B4',
  '\u180B',
  '\u180E',
  '\u200B',
  '\u200C',
  '\u200D',
  '\u200E',
  '\u202E',
  '\u2060',
  '\u2066',
  '\u3164',
  '\uFE0F',
  '\uFFA0',
  '\u{E0041}',
  '\u{E0100}',
]

describe.each(invisible.map((character) => [`U+${character.codePointAt(0)?.toString(16)}`, character]))(
  '%s',
  (_, character) => {
    it('makes an email invalid, before and after the @', () => {
      expect(canonicalEmail(`ada${character}@example.org`)).toBeUndefined()
      expect(canonicalEmail(`ada@exam${character}ple.org`)).toBeUndefined()
    })

    it('is found in names and removed from names of other systems', () => {
      expect(hasInvisibleInName(`Ada${character} Byron`)).toBe(true)
      expect(toVisibleName(`Ada${character} Byron`)).toBe('Ada Byron')
    })
  },
)

it.each([
  'Ada Byron',
  'José Núñez',
  'Zoë ❤️',
  '👩‍💻 Ada',
  '🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}',
  'می\u200Cخواهم',
  'ශ\u0DCA\u200Dරී',
  '李小龍',
])('allows the name %s unchanged', (name) => {
  expect(hasInvisibleInName(name)).toBe(false)
  expect(toVisibleName(name)).toBe(name)
})
