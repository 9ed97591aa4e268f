import fc, { type Arbitrary } from 'fast-check'
import type { Schema } from '../../../openapi/document.ts'
import { readPattern } from '../../../openapi/pattern.ts'
import { preferring } from './preferring.ts'

/** Longer generated texts only cost time; the bounds of a schema are tried as well. */
const usualLength = 40

/** Generates texts by their length, pattern and format. */
export function texts(schema: Schema): Arbitrary<string> {
  const { format, pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema
  const matcher = pattern === undefined ? undefined : readPattern(pattern)
  const fits = (text: string) => {
    const length = [...text].length
    return length >= minLength && length <= maxLength && matcher?.test(text) !== false
  }
  // Many contracts describe emails by a pattern. Mails must go nowhere.
  const isEmail = format === undefined && matcher?.test('someone@example.com') && !matcher.test('someone')
  const ofFormat = isEmail ? emails : format === undefined ? undefined : formats[format]
  // The pattern narrows the format in most schemas, such as `^https?://` for URIs.
  if (ofFormat && fc.sample(ofFormat, { numRuns: 20, seed: 1 }).some(fits)) return preferring(ofFormat, fits)
  const ofPattern = matcher && generatorOf(matcher)
  if (ofPattern) return preferring(ofPattern, fits)
  const long = Math.min(maxLength, Math.max(minLength, usualLength))
  const longest = Math.min(maxLength, largestText)
  return fc.oneof(
    fc.string({ unit: 'grapheme-ascii', minLength, maxLength: long }),
    fc.string({ unit: 'binary', minLength, maxLength: long }),
    preferring(
      awkwardTexts.map((text) => text + 'x'.repeat(Math.max(0, minLength - [...text].length))),
      fits,
    ),
    ...(schema.maxLength === undefined ? [] : [{ weight: 2, arbitrary: repeated(minLength, longest) }]),
  )
}

/** Generates texts of all lengths, and often of the largest. */
function repeated(minLength: number, longest: number): Arbitrary<string> {
  const lengths = fc.oneof({ withCrossShrink: true }, fc.integer({ min: minLength, max: longest }), {
    weight: 2,
    arbitrary: fc.constant(longest),
  })
  return fc.tuple(fc.constantFrom('x', '😀'), lengths).map(([character, length]) => character.repeat(length))
}

/** Longer texts are not generated, whatever the schema allows. */
const largestText = 20_000

/** Returns undefined for features that fast-check cannot generate, such as look-behind. */
function generatorOf(matcher: RegExp): Arbitrary<string> | undefined {
  try {
    return fc.stringMatching(matcher)
  } catch {
    return undefined
  }
}

/** Texts that broke servers: emoji, joined and combining characters, right-to-left marks, markup, and SQL. */
const awkwardParts = [
  '😀',
  '👩‍👩‍👧‍👦',
  'Z̡͓̓alg̛̱o',
  '\u202etxt.exe',
  '<script>alert(1)</script>',
  "Robert'); DROP TABLE users;--",
  '{{7*7}}',
  '%00%0d%0a',
  'null',
  '__proto__',
  'İıſK',
  'ﬀ',
  '\u0000',
  '\t\r\n',
]

/** Generates one to three awkward parts in a row, so that they shrink to one. */
export const awkwardTexts: Arbitrary<string> = fc
  .array(fc.constantFrom(...awkwardParts), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(''))

/** Generates a short word. */
export const word = fc.stringMatching(/^[a-z0-9]{1,12}$/)
/** All requests go to the reserved domains of RFC 2606, so that no person gets a mail. */
const emails = fc
  .tuple(
    fc.stringMatching(/^[a-zA-Z0-9+_'-]{0,12}$/),
    fc.constantFrom('example.com', 'example.org', 'sub.example.net'),
  )
  .map(([local, domain]) => `auth-contracts-fuzz${local}@${domain}`)
const dates = fc.date({
  min: new Date('1970-01-01'),
  max: new Date('2099-12-31T23:59:59Z'),
  noInvalidDate: true,
})

const formats: Record<string, Arbitrary<string>> = {
  email: emails,
  'idn-email': emails,
  uuid: fc.uuid(),
  uri: fc
    .tuple(fc.constantFrom('https', 'http'), word, word, fc.option(word))
    .map(
      ([scheme, path, key, value]) =>
        `${scheme}://example.com/${path}${value === null ? '' : `?${key}=${value}`}`,
    ),
  'uri-reference': word.map((path) => `/${path}`),
  'date-time': dates.map((date) => date.toISOString()),
  date: dates.map((date) => date.toISOString().slice(0, 10)),
  time: dates.map((date) => date.toISOString().slice(11)),
  ipv4: fc.ipV4(),
  ipv6: fc.ipV6(),
  hostname: word.map((name) => `${name}.example.com`),
  byte: fc.base64String(),
}
