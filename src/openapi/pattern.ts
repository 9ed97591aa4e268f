/**
 * Reads a pattern of a schema. Without Unicode mode, which JSON Schema recommends, needless escapes are
 * allowed, which many contracts have.
 * @returns undefined if it is a pattern of another language, such as `(?i)a`
 */
export function readPattern(source: string): RegExp | undefined {
  for (const flags of ['u', ''])
    try {
      return new RegExp(source, flags)
    } catch {
      // Tried with the next flags.
    }
  return undefined
}
