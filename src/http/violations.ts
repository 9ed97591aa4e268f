import type { z } from '@hono/zod-openapi'

/** A rule of a schema that a request breaks. */
export interface Violation {
  in: 'path' | 'query' | 'header' | 'cookie' | 'body'
  /** The name of the parameter, or the dotted path of the field; empty for the body as a whole. */
  path: string
  rule: Rule
  /** What is wrong, to read after the name: `must have at least 8 characters`. */
  message: string
}

/** The field is missing, has the wrong type, is below or above a limit, or breaks any other rule. */
export type Rule = 'required' | 'type' | 'tooSmall' | 'tooBig' | 'form'

type Issue = z.core.$ZodIssue
type RawIssue = z.core.$ZodRawIssue

/** The violations in an error of `safeParse(value, { error: describe, reportInput: true })`. */
export function violationsIn(place: Violation['in'], { issues }: z.core.$ZodError): Violation[] {
  return issues.flatMap(innermost).map((issue) => ({
    in: place,
    path: issue.path.join('.'),
    rule: isMissing(issue) ? 'required' : (rules[issue.code] ?? 'form'),
    message: issue.message,
  }))
}

const rules: Record<string, Rule> = { invalid_type: 'type', too_small: 'tooSmall', too_big: 'tooBig' }

/** Of a union, the issues of the alternative that has the fewest. */
function innermost(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || isMissing(issue)) return [issue]
  const [nearest] = issue.errors.toSorted((a, b) => a.length - b.length)
  if (!nearest) return [issue]
  return nearest.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }))
}

const isMissing = ({ input }: { input?: unknown }) => input === undefined

/** Describes an issue of zod in a sentence without its subject. */
export function describe(issue: RawIssue): string | undefined {
  if (isMissing(issue)) return 'is required'
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be ${either(issue.values.map(String))}`
    case 'invalid_format':
      return `must be ${formats[issue.format] ?? `of the form ${issue.pattern ?? issue.format}`}`
    case 'too_small':
      if (issue.minimum === 1 && issue.origin === 'string') return 'must not be empty'
      return `must ${measure('at least', issue.minimum, issue.origin)}`
    case 'too_big':
      return `must ${measure('at most', issue.maximum, issue.origin)}`
    default:
      return undefined
  }
}

const kinds: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'a boolean',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

const formats: Record<string, string> = {
  email: 'an email address',
  guid: 'a UUID',
  uuid: 'a UUID',
  url: 'a URL',
  datetime: 'a date and time (RFC 3339)',
}

const counted: Record<string, string> = { string: 'character', array: 'item', object: 'member' }

function measure(comparison: string, limit: number | bigint, origin: string): string {
  const unit = counted[origin]
  if (!unit) return `be ${comparison} ${limit}`
  return `have ${comparison} ${limit} ${unit}${limit === 1 ? '' : 's'}`
}

/** `a`, `a or b`, `a, b or c` */
function either(values: string[]) {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}
