/**
 * How deep values may be nested: deeper than any that makes sense. Recursive code, such as validators of
 * recursive schemas, exhausts the stack at about a thousand levels.
 */
export const maxNesting = 100

/**
 * Parses JSON of a message.
 * @throws {SyntaxError} if the text is not JSON, or is nested deeper than 100 levels
 */
export function parseBoundedJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  // Each level has at least two characters.
  if (text.length >= 2 * maxNesting && isNestedTooDeep(value))
    throw new SyntaxError(`The value is nested deeper than ${maxNesting} levels`)
  return value
}

/** Descends level by level instead of calling itself, because the value can exhaust the stack. */
export function isNestedTooDeep(value: unknown): boolean {
  let level = [value].filter(isContainer)
  for (let depth = 0; depth < maxNesting && level.length > 0; depth++)
    level = level.flatMap((container) => Object.values(container)).filter(isContainer)
  return level.length > 0
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null
