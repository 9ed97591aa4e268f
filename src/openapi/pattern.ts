import { BoundedPattern, isSurelyFast } from './bounded-pattern.ts'

/**
 * Reads a pattern of a schema. Without Unicode mode, which JSON Schema recommends, needless escapes are
 * allowed, which many contracts have.
 * @param onSlow returns the result for a text that takes too long, or throws. False by default.
 * @returns undefined if it is a pattern of another language, such as `(?i)a`
 */
export function readPattern(source: string, onSlow?: (reason: string) => boolean): RegExp | undefined {
  for (const flags of ['u', ''])
    try {
      return isSurelyFast(source) ? new RegExp(source, flags) : new BoundedPattern(source, flags, onSlow)
    } catch {
      // Tried with the next flags.
    }
  return undefined
}
