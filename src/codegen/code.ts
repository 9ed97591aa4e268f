/** JSON data for a TypeScript file, where any value may also be code. */
export type Code = string | number | boolean | null | undefined | Code[] | { [key: string]: Code } | Layout

/** Code that is written once it is known where: behind how many spaces, and from which column on. */
type Layout = (indent: number, column: number) => string

const WIDTH = 110
const EVERYTHING_FITS = Number.NEGATIVE_INFINITY

/** `callee(args)`; arguments that do not fit on the line are broken within the last one. */
export const call =
  (callee: string, ...args: Code[]): Layout =>
  (indent, column) => {
    const opening = `${callee}(${args
      .slice(0, -1)
      .map((arg) => `${flat(arg)}, `)
      .join('')}`
    return `${opening}${print(args.at(-1), indent, column + opening.length)})`
  }

/** `code as type` */
export const cast =
  (code: Code, type: string): Layout =>
  (indent, column) =>
    `${print(code, indent, column)} as ${type}`

/** `object.name`, with the name in quotation marks where it needs them. */
export const member =
  (object: string, name: string): Layout =>
  () =>
    isIdentifier(name) ? `${object}.${name}` : `${object}[${quote(name)}]`

/** Writes `code` as a human would: on one line if it fits, and otherwise one member per line. */
export function print(code: Code, indent = 0, column = indent): string {
  if (typeof code === 'function') return code(indent, column)
  const fits = (text: string) => column + text.length < WIDTH
  if (typeof code === 'string') return fits(quote(code)) ? quote(code) : printLines(code, indent)
  if (typeof code !== 'object' || code === null) return String(code)
  const oneLine = flat(code)
  if (fits(oneLine) && !oneLine.includes('\n')) return oneLine
  const [open, close] = Array.isArray(code) ? ['[', ']'] : ['{', '}']
  const inner = indent + 2
  const members = Array.isArray(code)
    ? code.map((item) => print(item, inner))
    : Object.entries(code).map(([key, value]) => {
        const name = `${printKey(key)}:`
        const text = print(value, inner, inner + name.length + 1)
        return name + (text.startsWith('\n') ? text : ` ${text}`)
      })
  return [open, ...members.map((member) => `${spaces(inner)}${member},`), spaces(indent) + close].join('\n')
}

function flat(code: Code): string {
  if (typeof code === 'function') return code(0, EVERYTHING_FITS)
  if (typeof code === 'string') return quote(code)
  if (typeof code !== 'object' || code === null) return String(code)
  if (Array.isArray(code)) return `[${code.map(flat).join(', ')}]`
  const members = Object.entries(code).map(([key, value]) => `${printKey(key)}: ${flat(value)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

/** A text of several lines is written as one string per line. */
function printLines(text: string, indent: number): string {
  const lines = text.split(/(?<=\n)(?=[^\n])/)
  if (lines.length === 1) return quote(text)
  return lines.map((line) => `\n${spaces(indent + 2)}${quote(line)}`).join(' +')
}

const spaces = (count: number): string => ' '.repeat(count)

/** Every JSON string literal is a JavaScript one, so only the quotation marks are exchanged. */
function quote(text: string): string {
  if (text.includes("'") && !text.includes('"')) return JSON.stringify(text)
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

const isIdentifier = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name)

const printKey = (key: string): string => (isIdentifier(key) || /^[1-9]\d{0,8}$/.test(key) ? key : quote(key))
