import type { Call, Operation } from './prism.ts'
import { validateInput, validateSecurity } from './prism-http.ts'

/** One way in which a request violates the contract, in the shape of Prism's `sl-violations`. */
export interface Violation {
  /** The path to the part at fault, such as `['request', 'body', 'email']`. */
  location: string[]
  severity: 'Error'
  code: string | number
  message: string
}

/** Why a request is invalid: the first step that a server would stop at, and what it found there. */
export interface Rejection {
  reason: 'credentials' | 'mediaType' | 'syntax' | 'schema'
  violations: Violation[]
}

/**
 * Validates a request.
 * @param bodyError what was already wrong when the body was read
 * @returns undefined if the request is valid
 */
export function rejectionOf(
  operation: Operation,
  call: Call,
  bodyError: Rejection | undefined,
): Rejection | undefined {
  const missing = missingCredentials(operation, call)
  if (missing.length > 0) return { reason: 'credentials', violations: missing }
  if (bodyError) return bodyError
  const violations = schemaViolations(operation, call)
  if (violations.length === 0) return undefined
  return { reason: violations.some(({ code }) => code === 415) ? 'mediaType' : 'schema', violations }
}

function schemaViolations(operation: Operation, call: Call): Violation[] {
  const result = validateInput({ resource: operation, element: call })
  if (result._tag === 'Right') return []
  // A warning (such as a deprecated parameter) is not a violation.
  return result.left
    .filter(({ severity }) => severity === errorSeverity)
    .map(({ path = [], code = '', message }) => violation(['request', ...path], code, message))
}

export function violation(location: string[], code: string | number, message: string): Violation {
  return { location, severity: 'Error', code, message }
}

/** `DiagnosticSeverity.Error` of @stoplight/types. */
const errorSeverity = 0

type Scheme = NonNullable<Operation['security']>[number][number]

/** The credentials that are missing, of every alternative; none if one alternative is complete. */
function missingCredentials(operation: Operation, call: Call): Violation[] {
  const alternatives = operation.security ?? []
  const satisfies = (security: Scheme[][]) =>
    validateSecurity({ resource: { ...operation, security }, element: call })._tag === 'Right'
  if (alternatives.length === 0 || satisfies(alternatives)) return []
  const missing = alternatives.flat().filter((scheme) => !satisfies([[scheme]]))
  const locations = new Map(missing.map(locationOf).map((location) => [location.join(' '), location]))
  const choice = alternatives.length > 1 ? ' (one way of several)' : ''
  return [...locations.values()].map(([part, name]) =>
    violation(
      ['request', part, name.toLowerCase()],
      401,
      `Credentials are missing: ${part} ${name}${choice}`,
    ),
  )
}

function locationOf(scheme: Scheme): [part: string, name: string] {
  if (scheme.type === 'apiKey') return [scheme.in, scheme.name]
  return ['header', 'Authorization']
}
