/**
 * How deep values may be nested. Validators call themselves for each level of a recursive schema, and exhaust
 * the stack at about a thousand levels.
 */
export const maxNesting = 200

/**
 * Parses JSON of a message.
 * @throws {SyntaxError} if the text is not JSON, or is nested deeper than 200 levels
 */
export function parseBoundedJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  // Each level has at least two characters.
  if (text.length >= 2 * maxNesting && isNestedDeeper(value))
    throw new SyntaxError(`The value is nested deeper than ${maxNesting} levels`)
  return value
}

/** Descends level by level instead of calling itself, because the value can exhaust the stack. */
function isNestedDeeper(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; depth <= maxNesting; depth++) {
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []))
    if (level.length === 0) return false
  }
  return true
}
