import { isText, textOf, type Value } from './values.ts'

/**
 * Serializes a value whose texts can contain variables, with functions for plain values.
 * @param serialize receives the plain value, and a function that reads the variables in a serialized text
 * @param context the other text that `serialize` writes, such as the name of the parameter
 */
export function serializeValue<T>(
  value: Value,
  serialize: (plain: unknown, read: (text: string) => Value) => T,
  context = '',
): T {
  const mark = unusedCharacter(JSON.stringify([value, context]))
  return serialize(withMarks(value, mark), (text) => readMarks(text, mark))
}

/** Returns a character, a private one if possible, that a text lacks. No data can be mistaken for it. */
function unusedCharacter(text: string): string {
  let code = 0xe000
  while (text.includes(String.fromCodePoint(code))) code++
  return String.fromCodePoint(code)
}

/** Writes a value without variables: each is its name between two marks. */
function withMarks(value: Value, mark: string): unknown {
  if (isText(value))
    return value.$text
      .map((part) => (typeof part === 'string' ? part : `${mark}${part.variable}${mark}`))
      .join('')
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => withMarks(item, mark))
  return Object.fromEntries(Object.entries(value).map(([key, node]) => [key, withMarks(node, mark)]))
}

/** Reads a text with the marks of {@link withMarks}. */
function readMarks(text: string, mark: string): Value {
  const parts = text.split(mark)
  if (parts.length === 1) return text
  const all = parts.map((part, index) => (index % 2 === 0 ? part : { variable: part }))
  return textOf(all.filter((part) => part !== ''))
}
