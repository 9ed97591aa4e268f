/** A reference to a constant or variable of the generated program, in camelCase. */
export interface Variable {
  variable: string
}

/** A symbol, so that no JSON of a contract or request looks like a text with variables. */
const brand = Symbol('text with variables')

/** A text that contains variables. */
export interface Text {
  $text: (string | Variable)[]
  [brand]: true
}

/** A value of generated code: JSON whose texts can contain variables. */
export type Value = string | number | boolean | null | Text | Value[] | { [key: string]: Value }

/** Creates a text of parts. Neighbouring strings become one. */
export function textOf(parts: Text['$text']): Text {
  const $text: Text['$text'] = []
  for (const part of parts) {
    const last = $text.at(-1)
    if (typeof part === 'string' && typeof last === 'string') $text[$text.length - 1] = last + part
    else $text.push(part)
  }
  return { $text, [brand]: true }
}

/** Creates a text that is one variable. */
export const variableText = (variable: string): Text => textOf([{ variable }])

export function isText(value: unknown): value is Text {
  return typeof value === 'object' && value !== null && brand in value
}

/** Returns the parts of a text, or of the text of another value. */
export const partsOfText = (value: Value): Text['$text'] => (isText(value) ? value.$text : [String(value)])

/** Returns the variable if the text is nothing else. */
function soleVariable(value: unknown): string | undefined {
  if (!isText(value) || value.$text.length !== 1) return undefined
  const [part] = value.$text
  return typeof part === 'object' ? part.variable : undefined
}

/** Lists the variables of a value, each once. */
export function variablesIn(value: unknown): string[] {
  if (isText(value))
    return [...new Set(value.$text.flatMap((part) => (typeof part === 'object' ? [part.variable] : [])))]
  if (typeof value !== 'object' || value === null) return []
  return [...new Set(Object.values(value).flatMap(variablesIn))]
}

/** Spells camelCase as `UPPER_CASE`. */
export const toUpperCase = (name: string): string => toSnakeCase(name).toUpperCase()

/** Spells camelCase as `snake_case`. */
export const toSnakeCase = (name: string): string => name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase()

/** Spells `snake_case` as camelCase. */
export const toCamelCase = (name: string): string =>
  name.replace(/[_-]+(\w)/g, (_, letter: string) => letter.toUpperCase())

/** Spells any name as a camelCase identifier. */
export function toIdentifier(name: string): string {
  const words = toCamelCase(name.replace(/\W+/g, '_').replace(/^_+|_+$/g, ''))
  const identifier = words.charAt(0).toLowerCase() + words.slice(1)
  return /^[a-z]/.test(identifier) ? identifier : `api${identifier}`
}

const isIdentifier = (key: string) => /^[A-Za-z_$][\w$]*$/.test(key)

/** How one language writes values. */
interface Notation {
  text: (text: string) => string
  /** A text with variables. */
  template: (text: Text) => string
  constant: (value: boolean | null) => string
  /** One entry of an object. */
  entry: (key: string, value: string, node: Value) => string
  indent: string
}

function write(value: Value, notation: Notation, depth: number): string {
  if (typeof value === 'string') return notation.text(value)
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean' || value === null) return notation.constant(value)
  if (isText(value)) return notation.template(value)
  const [inner, outer] = [notation.indent.repeat(depth + 1), notation.indent.repeat(depth)]
  if (Array.isArray(value)) {
    const items = value.map((item) => write(item, notation, depth + 1))
    const line = `[${items.join(', ')}]`
    if (line.length <= 60 && !line.includes('\n')) return line
    return `[\n${items.map((item) => `${inner}${item},\n`).join('')}${outer}]`
  }
  const entries = Object.entries(value)
  if (entries.length === 0) return '{}'
  const lines = entries.map(
    ([key, node]) => `${inner}${notation.entry(key, write(node, notation, depth + 1), node)},\n`,
  )
  return `{\n${lines.join('')}${outer}}`
}

/**
 * Writes a value as TypeScript.
 * @param depth the level of indentation of the line where it begins
 * @param variableName spells the variables
 */
export function toTypeScript(value: Value, depth: number, variableName = (name: string) => name): string {
  return write(
    value,
    {
      text: (text) => JSON.stringify(text),
      template(text) {
        const sole = soleVariable(text)
        if (sole !== undefined) return variableName(sole)
        const parts = text.$text.map((part) =>
          typeof part === 'string'
            ? part.replace(/[`\\$]/g, '\\$&').replaceAll('\r', '\\r')
            : `\${${variableName(part.variable)}}`,
        )
        return `\`${parts.join('')}\``
      },
      constant: String,
      entry: (key, written) =>
        key === written ? key : `${isIdentifier(key) ? key : JSON.stringify(key)}: ${written}`,
      indent: '  ',
    },
    depth,
  )
}

/** Writes a value as Python. See {@link toTypeScript}. */
export function toPython(value: Value, depth: number, variableName = toSnakeCase): string {
  return write(
    value,
    {
      text: (text) => JSON.stringify(text),
      template(text) {
        const sole = soleVariable(text)
        if (sole !== undefined) return variableName(sole)
        const parts = text.$text.map((part) =>
          typeof part === 'string'
            ? JSON.stringify(part).slice(1, -1).replace(/[{}]/g, '$&$&')
            : `{${variableName(part.variable)}}`,
        )
        return `f"${parts.join('')}"`
      },
      constant: (constant) => (constant === null ? 'None' : constant ? 'True' : 'False'),
      entry: (key, written) => `${JSON.stringify(key)}: ${written}`,
      indent: '    ',
    },
    depth,
  )
}
