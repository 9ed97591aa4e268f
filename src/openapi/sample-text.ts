import type { Schema } from './document.ts'
import { patternTexts } from './pattern-texts.ts'

/** Returns texts for a schema, the most readable first. They can break other keywords than the length. */
export function* sampleTexts({ format = '', pattern, minLength = 0, maxLength = Infinity }: Schema) {
  const all = [formats, shortFormats].flatMap((texts) => texts.get(format.toLowerCase()) ?? [])
  const text = all.find(({ length }) => length <= maxLength) ?? all[0] ?? 'string'
  const usual = text.length > maxLength ? text.slice(0, maxLength) : lengthen(text, format, minLength)
  yield usual
  if (pattern !== undefined) {
    yield* commonTexts
    yield* patternTexts(pattern, minLength)
  }
  yield* shortTexts
  for (let index = 1; index <= 100; index++) yield variantOf(usual, format, index, maxLength)
}

/** Pads a text at a place where its format stays valid. */
function lengthen(text: string, format: string, length: number): string {
  const missing = Math.max(0, length - text.length)
  return /email$/i.test(format) ? `${'x'.repeat(missing)}${text}` : text.padEnd(length, text || 'x')
}

/** Numbers a text, also in its last characters if it has the greatest length. */
function variantOf(text: string, format: string, index: number, maxLength: number): string {
  const number = String(index)
  if (/email$/i.test(format)) return `user${number}@example.com`
  if (/^uuid$/i.test(format)) return text.slice(0, -4) + number.padStart(4, '0')
  if (/^date/i.test(format)) return text.replace('2026', String(2026 + index))
  if (/^(?:idn-)?hostname$/i.test(format)) return `host${number}.example.com`
  return text.slice(0, Math.max(0, maxLength - number.length)) + number
}

/** Texts for schemas that exclude the usual one. */
const shortTexts = ['a', 'A', '1']

/** Texts for the patterns that contracts often have, such as those of durations, codes and versions. */
const commonTexts = [
  ...['1h', '1', '123456', 'a', 'A', 'abc', 'ABC', 'AB', 'a1', 'abc123', 'a-b', 'a_b', '/a', 'Aa1!aaaa'],
  ...['2026-01-31', '1.0.0', '+12025550123', '#aabbcc', 'user@example.com', 'example.com'],
  ...['https://example.com/', '3fa85f64-5717-4562-b3fc-2c963f66afa6', 'a'.repeat(32), '0'.repeat(32)],
]

/** The examples of RFC 3339, RFC 2606, RFC 5737, RFC 3849 and RFC 9562. */
const formats = new Map(
  Object.entries({
    'date-time': '2026-01-31T12:00:00Z',
    date: '2026-01-31',
    time: '12:00:00Z',
    duration: 'PT1H',
    email: 'user@example.com',
    'idn-email': 'user@example.com',
    hostname: 'example.com',
    'idn-hostname': 'example.com',
    ipv4: '192.0.2.1',
    ipv6: '2001:db8::1',
    uri: 'https://example.com/',
    url: 'https://example.com/',
    'uri-reference': '/path',
    iri: 'https://example.com/',
    'iri-reference': '/path',
    'uri-template': '/path/{id}',
    uuid: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
    'json-pointer': '/path',
    'relative-json-pointer': '0',
    regex: '^[a-z]+$',
    byte: 'c3RyaW5n',
  }),
)

/** Texts for a length that excludes the usual one. */
const shortFormats = new Map(
  Object.entries({
    email: 'a@b.co',
    'idn-email': 'a@b.co',
    hostname: 'a.co',
    'idn-hostname': 'a.co',
    uri: 'http://a',
    url: 'http://a',
    iri: 'http://a',
    'uri-reference': '/',
    'iri-reference': '/',
    ipv6: '::1',
  }),
)
