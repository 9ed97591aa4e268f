import { expect, it } from 'vitest'
import { sampleValue } from '../../src/openapi/sample.ts'

it.each([
  ['^[0-9]+(ns|us|ms|s|m|h)$', '1h'],
  ['^\\d{6}$', '123456'],
  ['^#[0-9a-f]{6}$', '#aabbcc'],
  ['^https://', 'https://example.com/'],
])('finds a text that matches %s', (pattern, text) => {
  expect(sampleValue({}, { type: 'string', pattern }, 'readOnly')).toBe(text)
})

it('keeps the length of a text over a pattern that no common text matches', () => {
  const schema = { type: 'string', pattern: '^org_\\w{27}$', maxLength: 3 }
  expect(sampleValue({}, schema, 'readOnly')).toBe('str')
})
