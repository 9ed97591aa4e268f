/** A value for a TypeScript file: JSON data in which any value can be code instead. */
export type Code = string | number | boolean | null | undefined | Code[] | { [key: string]: Code } | Layout

/** Renders code at a position: the indentation of its line, and the column where it starts. */
export type Layout = (indent: number, column: number) => string

const lineWidth = 110
const unlimitedWidth = Number.NEGATIVE_INFINITY

/** Renders `callee(args)`. If the line is too long, the last argument is broken into lines. */
export function call(callee: string, ...args: Code[]): Layout {
  return (indent, column) => {
    const opening = `${callee}(${args
      .slice(0, -1)
      .map((arg) => `${flat(arg)}, `)
      .join('')}`
    const last = args.length > 0 ? print(args.at(-1), indent, column + opening.length) : ''
    return `${opening}${last})`
  }
}

/** Renders code that is written as it is. */
export const raw =
  (text: string): Layout =>
  () =>
    text

/** Renders `object.name(args)`. If the line is too long, the last argument is broken into lines. */
export function method(object: Layout, name: string, ...args: Code[]): Layout {
  return (indent, column) => {
    const short = `.${name}(${args.map(flat).join(', ')})`
    const start = object(indent, column + (short.length < 40 ? short.length : 0))
    const lastLine = start.slice(start.lastIndexOf('\n') + 1)
    const end = lastLine === start ? column + start.length : lastLine.length
    return `${start}${call(`.${name}`, ...args)(indent, end)}`
  }
}

/** Renders `code as type`. */
export function cast(code: Code, type: string): Layout {
  return (indent, column) => `${print(code, indent, column)} as ${type}`
}

/** Renders `object.name`, or `object['name']` if the name is not an identifier. */
export function propertyAccess(object: string, name: string): Layout {
  return () => (isIdentifier(name) ? `${object}.${name}` : `${object}[${quote(name)}]`)
}

/** Prints code on one line if it fits, otherwise one property or item per line. */
export function print(code: Code, indent = 0, column = indent): string {
  if (typeof code === 'function') return code(indent, column)
  const fits = (text: string) => column + text.length < lineWidth
  if (typeof code === 'string') return fits(quote(code)) ? quote(code) : printLines(code, indent)
  if (typeof code !== 'object' || code === null) return String(code)
  const oneLine = flat(code)
  if (fits(oneLine) && !oneLine.includes('\n')) return oneLine
  const [open, close] = Array.isArray(code) ? ['[', ']'] : ['{', '}']
  const inner = indent + 2
  const entries = Array.isArray(code)
    ? code.map((item) => print(item, inner))
    : Object.entries(code).map(([key, value]) => {
        const name = `${printKey(key)}:`
        const text = print(value, inner, inner + name.length + 1)
        return name + (text.startsWith('\n') ? text : ` ${text}`)
      })
  return [open, ...entries.map((entry) => `${spaces(inner)}${entry},`), spaces(indent) + close].join('\n')
}

function flat(code: Code): string {
  if (typeof code === 'function') return code(0, unlimitedWidth)
  if (typeof code === 'string') return quote(code)
  if (typeof code !== 'object' || code === null) return String(code)
  if (Array.isArray(code)) return `[${code.map(flat).join(', ')}]`
  const properties = Object.entries(code).map(([key, value]) => `${printKey(key)}: ${flat(value)}`)
  return properties.length === 0 ? '{}' : `{ ${properties.join(', ')} }`
}

/** Prints one string literal per line of a text. */
function printLines(text: string, indent: number): string {
  const lines = text.split(/(?<=\n)(?=[^\n])/)
  if (lines.length === 1) return quote(text)
  return lines.map((line) => `\n${spaces(indent + 2)}${quote(line)}`).join(' +')
}

const spaces = (count: number): string => ' '.repeat(count)

/** Quotes a string. A JSON string is a JavaScript string, so only the quotation marks change. */
function quote(text: string): string {
  if (text.includes("'") && !text.includes('"')) return JSON.stringify(text)
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

const isIdentifier = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name)

function printKey(key: string): string {
  // Without brackets, it would set the prototype of the object.
  if (key === '__proto__') return "['__proto__']"
  return isIdentifier(key) || /^[1-9]\d{0,8}$/.test(key) ? key : quote(key)
}
