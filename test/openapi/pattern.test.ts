import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPattern } from '../../src/openapi/pattern.ts'

/** Patterns as contracts have them, for which matching can take more than linear time. */
const patterns = [
  '^([0-9]+([.][0-9]+)?(ns|us|µs|ms|s|m|h))+$',
  '^(\\S(.*\\S)?)?$',
  '[^ ]+( +[^ ]+)*',
  '[a-z0-9-]+([.][a-z0-9-]+)*',
  '^(?:oauth_[a-z0-9_]+|saml)$',
  '^[\\w.+-]+@[\\w-]+\\.[\\w.-]+$',
  '^(\\w+\\s?)*$',
  '^https?://([a-z./]|%[0-9A-F]{2}){1,500}$',
  '^(?=.*[A-Z])(?=.*\\d)[A-Za-z\\d]{8,}$',
  '^\\p{L}+(-\\p{L}+)*$',
  '^(.)\\1+-a*b*$',
]

describe('a pattern', () => {
  it.each(patterns)('%s matches as it does without a bound', (source) => {
    const [bounded, plain] = [readPattern(source), new RegExp(source, 'u')]
    const texts = fc.oneof(
      fc.stringMatching(/^[ -~]{0,40}$/),
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.stringMatching(/^[a-zA-Z0-9.@ %/-]{17,40}$/),
      fc.stringMatching(/^(?:[a-z]{1,9}[ .-]){3,9}[a-z]$/),
    )
    fc.assert(
      fc.property(texts, (text) => {
        expect([text, bounded?.test(text)]).toEqual([text, plain.test(text)])
      }),
      { numRuns: 150 },
    )
  })

  it.each(['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(x+x+)+y', '(.*)*x{2}'])('%s takes linear time', (source) => {
    const start = performance.now()
    expect(readPattern(source)?.test(`${'a'.repeat(20_000)}!`)).toBe(false)
    expect(readPattern(source)?.test(`${'xa'.repeat(20_000)}!`)).toBe(false)
    expect(performance.now() - start).toBeLessThan(5000)
  })

  it.each(['^(?=a)(a+)+$', '^(a+){1,50}$', '^(a+)+\\b\\1$'])('%s is given up after a second', (source) => {
    const reasons: string[] = []
    const pattern = readPattern(source, (reason) => {
      reasons.push(reason)
      return true
    })
    expect(pattern?.test(`${'a'.repeat(60)}!`)).toBe(true)
    expect(reasons).toEqual([`The pattern ${source} takes more than 1 s`])
    expect(pattern?.test('aaa')).toBe(new RegExp(source).test('aaa'))
  })

  it.each(['^((([a-z])+)*)+$', '^(a|a|a|a)*$'])('%s takes linear time for short texts, too', (source) => {
    const start = performance.now()
    expect(readPattern(source)?.test(`${'a'.repeat(15)}!`)).toBe(false)
    expect(performance.now() - start).toBeLessThan(500)
  })

  it('is given up after a second for all texts of a turn of the event loop', async () => {
    const source = '^(?=a)(a+)+$'
    await new Promise(setImmediate)
    const start = performance.now()
    // Each text alone takes less than a second.
    for (let index = 0; index < 500; index++)
      expect(readPattern(source)?.test(`${'a'.repeat(20 + (index % 20))}!`)).toBe(false)
    expect(performance.now() - start).toBeLessThan(5000)
    expect(readPattern(source)?.test('a'.repeat(30))).toBe(false)
    await new Promise(setImmediate)
    expect(readPattern(source)?.test('a'.repeat(30))).toBe(true)
  })

  it('returns nothing for a pattern of another language', () => {
    expect(readPattern('(?i)a')).toBeUndefined()
    expect(readPattern('(')).toBeUndefined()
  })
})
