import type { Operation, PrismRequest } from './prism.ts'
import { validateInput, validateSecurity } from './prism-http.ts'

/** A violation of the contract, in the shape of Prism's `sl-violations`. */
export interface Violation {
  /** The path of the invalid part, such as `['request', 'body', 'email']`. */
  location: string[]
  severity: 'Error'
  code: string | number
  message: string
}

/** Why a request is invalid. `reason` is the first check that a server would fail. */
export interface Rejection {
  reason: 'credentials' | 'mediaType' | 'syntax' | 'schema'
  violations: Violation[]
}

/**
 * Validates a request against the contract.
 * @param bodyError an error found while reading the body
 * @returns undefined if the request is valid
 */
export function findRejection(
  operation: Operation,
  request: PrismRequest,
  bodyError: Rejection | undefined,
): Rejection | undefined {
  const missing = missingCredentials(operation, request)
  if (missing.length > 0) return { reason: 'credentials', violations: missing }
  if (bodyError) return bodyError
  const violations = schemaViolations(operation, request)
  if (violations.length === 0) return undefined
  return { reason: violations.some(({ code }) => code === 415) ? 'mediaType' : 'schema', violations }
}

function schemaViolations(operation: Operation, request: PrismRequest): Violation[] {
  const result = validateInput({ resource: operation, element: request })
  if (result._tag === 'Right') return []
  // Warnings, such as deprecated parameters, are not violations.
  return result.left
    .filter(({ severity, path = [], code }) => severity === errorSeverity && !isIgnored(path[0], code))
    .map(({ path = [], code = '', message }) => violation(['request', ...path], code, message))
}

/** Tells whether the server ignores a violation: a header or cookie that breaks its pattern. */
function isIgnored(part: string | number | undefined, code: string | number | undefined): boolean {
  return (part === 'header' || part === 'cookie') && code === 'pattern'
}

export function violation(location: string[], code: string | number, message: string): Violation {
  return { location, severity: 'Error', code, message }
}

/** `DiagnosticSeverity.Error` of @stoplight/types. */
const errorSeverity = 0

type Scheme = NonNullable<Operation['security']>[number][number]

/** Lists the missing credentials of all alternatives, or nothing if one alternative is complete. */
function missingCredentials(operation: Operation, request: PrismRequest): Violation[] {
  const alternatives = operation.security ?? []
  const satisfies = (security: Scheme[][]) =>
    validateSecurity({ resource: { ...operation, security }, element: request })._tag === 'Right'
  if (alternatives.length === 0 || satisfies(alternatives)) return []
  const missing = alternatives.flat().filter((scheme) => !satisfies([[scheme]]))
  const locations = new Map(missing.map(credentialLocation).map((location) => [location.join(' '), location]))
  const choice = alternatives.length > 1 ? ' (one of several options)' : ''
  return [...locations.values()].map(([part, name]) =>
    violation(['request', part, name.toLowerCase()], 401, `Missing credentials: ${part} ${name}${choice}`),
  )
}

function credentialLocation(scheme: Scheme): [part: string, name: string] {
  if (scheme.type === 'apiKey') return [scheme.in, scheme.name]
  return ['header', 'Authorization']
}
