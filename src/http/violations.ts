import type { z } from '@hono/zod-openapi'

/** A violation of a schema by a request. */
export interface Violation {
  in: 'path' | 'query' | 'header' | 'cookie' | 'body'
  /** The name of the parameter or the dotted path of the field. Empty for the body as a whole. */
  path: string
  rule: Rule
  /** A sentence without its subject: `must have at least 8 characters`. */
  message: string
}

/**
 * The violated rule. `unstorable` is text that no field accepts: NUL and unpaired surrogates. `form` is any
 * rule that is not listed before it, such as a pattern.
 */
export type Rule = 'required' | 'type' | 'tooSmall' | 'tooBig' | 'unstorable' | 'form'

type Issue = z.core.$ZodIssue
type RawIssue = z.core.$ZodRawIssue

/** Returns the violations in an error of `safeParse`, called with `describeIssue` and `reportInput`. */
export function violationsIn(location: Violation['in'], { issues }: z.core.$ZodError): Violation[] {
  return issues.flatMap(flattenUnions).map((issue) => ({
    in: location,
    path: issue.path.join('.'),
    rule: isMissing(issue) ? 'required' : (rules[issue.code] ?? 'form'),
    message: issue.message,
  }))
}

const rules: Record<string, Rule> = { invalid_type: 'type', too_small: 'tooSmall', too_big: 'tooBig' }

/** Replaces the issue of a union by the issues of its closest alternative: the one with the fewest issues. */
function flattenUnions(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || isMissing(issue)) return [issue]
  const [nearest] = issue.errors.toSorted((a, b) => a.length - b.length)
  if (!nearest) return [issue]
  return nearest.flatMap((inner) => flattenUnions({ ...inner, path: [...issue.path, ...inner.path] }))
}

const isMissing = ({ input }: { input?: unknown }) => input === undefined

/** Describes a zod issue in a sentence without its subject. */
export function describeIssue(issue: RawIssue): string | undefined {
  if (isMissing(issue)) return 'is required'
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeNames[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be ${joinWithOr(issue.values.map(String))}`
    case 'invalid_format':
      return `must be ${formatNames[issue.format] ?? `of the form ${issue.pattern ?? issue.format}`}`
    case 'too_small':
      if (issue.minimum === 1 && issue.origin === 'string') return 'must not be empty'
      return `must ${describeLimit('at least', issue.minimum, issue.origin)}`
    case 'too_big':
      return `must ${describeLimit('at most', issue.maximum, issue.origin)}`
    default:
      return undefined
  }
}

const typeNames: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'a boolean',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

const formatNames: Record<string, string> = {
  email: 'an email address',
  guid: 'a UUID',
  uuid: 'a UUID',
  url: 'a URL',
  datetime: 'a date and time (RFC 3339)',
}

const countedUnits: Record<string, string> = { string: 'character', array: 'item', object: 'field' }

function describeLimit(comparison: string, limit: number | bigint, origin: string): string {
  const unit = countedUnits[origin]
  if (!unit) return `be ${comparison} ${limit}`
  return `have ${comparison} ${limit} ${unit}${limit === 1 ? '' : 's'}`
}

/** Formats a list: `a`, `a or b`, `a, b or c`. */
function joinWithOr(values: string[]) {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}
