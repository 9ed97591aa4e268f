import { UserError } from '../common/user-error.ts'
import type { Guide } from './guide.ts'

/** A line of a guide that stands for code, such as `::request{operation="signUp" example="ok"}`. */
export interface Directive {
  name: keyof typeof attributesOf
  attributes: Record<string, string>
  /** The place of the directive as `file:line`. */
  place: string
}

/** A part of a guide: Markdown, or a directive. */
export type Part = string | Directive

/** The attributes of each directive: the required ones, and then the optional ones. */
const attributesOf = {
  request: [['operation'], ['example']],
  response: [['operation', 'status'], ['example']],
  code: [[], ['operation', 'example', 'credential', 'flow']],
  control: [['operation'], ['example']],
  sample: [['file'], []],
} satisfies Record<string, [required: string[], optional: string[]]>

/**
 * Splits the body of a guide at its directives.
 * @throws {UserError} if a directive is malformed
 */
export function splitGuide({ body, source }: Guide): Part[] {
  const parts: Part[] = []
  const lines = body.split('\n')
  let text: string[] = []
  for (const [index, line] of lines.entries()) {
    if (!line.trimStart().startsWith('::')) {
      text.push(line)
      continue
    }
    const place = `${source.file}:${source.line + index}`
    if (lines[index - 1]?.trim() || lines[index + 1]?.trim())
      throw new UserError(`${place} has a directive without blank lines around it.`)
    parts.push(text.join('\n'), parseDirective(line, place))
    text = []
  }
  return [...parts, text.join('\n')].filter((part) => typeof part !== 'string' || part.trim() !== '')
}

function parseDirective(line: string, place: string): Directive {
  const [, name = '', list = ''] = /^::(\w+)\{((?: ?\w+="[^"]*")+)\}$/.exec(line) ?? []
  if (!isKnown(name))
    throw new UserError(
      `${place} is not a directive. Write ::request{…}, ::response{…}, ::code{…}, ::control{…} or ::sample{…} with attributes such as operation="signIn".`,
    )
  const attributes = Object.fromEntries(
    [...list.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  )
  const [required, optional]: string[][] = attributesOf[name]
  const missing = required?.find((key) => !attributes[key])
  if (missing) throw new UserError(`${place} needs the attribute ${missing}.`)
  const unknown = Object.keys(attributes).find((key) => !required?.includes(key) && !optional?.includes(key))
  if (unknown) throw new UserError(`${place} has the unknown attribute ${unknown}.`)
  if (name === 'code' && (attributes.operation === undefined) === (attributes.flow === undefined))
    throw new UserError(`${place} needs either the attribute operation or flow.`)
  return { name, attributes, place }
}

const isKnown = (name: string): name is Directive['name'] => name in attributesOf
