/** JSON data for a TypeScript file, where any value may also be code. */
export type Code = string | number | boolean | null | undefined | Code[] | { [key: string]: Code } | Layout

/** Code that depends on its position: the indentation of its line and the column that it starts in. */
type Layout = (indent: number, column: number) => string

const lineWidth = 110
const unlimitedWidth = Number.NEGATIVE_INFINITY

/** `callee(args)`; arguments that do not fit on the line are broken within the last one. */
export function call(callee: string, ...args: Code[]): Layout {
  return (indent, column) => {
    const opening = `${callee}(${args
      .slice(0, -1)
      .map((arg) => `${flat(arg)}, `)
      .join('')}`
    return `${opening}${print(args.at(-1), indent, column + opening.length)})`
  }
}

/** `code as type` */
export function cast(code: Code, type: string): Layout {
  return (indent, column) => `${print(code, indent, column)} as ${type}`
}

/** `object.name`, or `object['name']` if the name is not an identifier. */
export function member(object: string, name: string): Layout {
  return () => (isIdentifier(name) ? `${object}.${name}` : `${object}[${quote(name)}]`)
}

/** Prints code on one line if it fits, else one member per line. */
export function print(code: Code, indent = 0, column = indent): string {
  if (typeof code === 'function') return code(indent, column)
  const fits = (text: string) => column + text.length < lineWidth
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
  if (typeof code === 'function') return code(0, unlimitedWidth)
  if (typeof code === 'string') return quote(code)
  if (typeof code !== 'object' || code === null) return String(code)
  if (Array.isArray(code)) return `[${code.map(flat).join(', ')}]`
  const members = Object.entries(code).map(([key, value]) => `${printKey(key)}: ${flat(value)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

/** A string with several lines becomes one literal per line. */
function printLines(text: string, indent: number): string {
  const lines = text.split(/(?<=\n)(?=[^\n])/)
  if (lines.length === 1) return quote(text)
  return lines.map((line) => `\n${spaces(indent + 2)}${quote(line)}`).join(' +')
}

const spaces = (count: number): string => ' '.repeat(count)

/** A JSON string is a JavaScript string, so only the quotation marks change. */
function quote(text: string): string {
  if (text.includes("'") && !text.includes('"')) return JSON.stringify(text)
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

const isIdentifier = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name)

const printKey = (key: string): string => (isIdentifier(key) || /^[1-9]\d{0,8}$/.test(key) ? key : quote(key))
