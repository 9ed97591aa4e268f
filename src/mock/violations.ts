import { validateInput, validateSecurity } from '@stoplight/prism-http/dist/validator/index.js'
import type { Call, Operation } from './prism.ts'

/** One way in which a request breaks the contract, in the shape of Prism's `sl-violations`; `location` leads to it. */
export type Violation = { location: string[]; severity: 'Error'; code: string | number; message: string }

/** What a server would stumble over first: the credentials, the kind of body, its syntax, what it says. */
export type Fault = 'credentials' | 'mediaType' | 'syntax' | 'form'

export type Verdict = { fault: Fault; violations: Violation[] }

/**
 * Checks a request against its operation.
 * @param bodyFault what was already seen while the body was read
 * @returns undefined when the request is as the contract wants it
 */
export function findViolations(operation: Operation, call: Call, bodyFault?: Verdict): Verdict | undefined {
  const missing = missingCredentials(operation, call)
  if (missing.length > 0) return { fault: 'credentials', violations: missing }
  if (bodyFault) return bodyFault
  const violations = findFormFaults(operation, call)
  if (violations.length === 0) return undefined
  return { fault: violations.some(({ code }) => code === 415) ? 'mediaType' : 'form', violations }
}

/** Checks what a request says, whoever says it: its parameters, its media type and its body. */
export function findFormFaults(operation: Operation, call: Call): Violation[] {
  const result = validateInput({ resource: operation, element: call })
  if (result._tag === 'Right') return []
  // Warnings (a deprecated parameter) are no violations.
  return result.left
    .filter(({ severity }) => severity === ERROR)
    .map(({ path = [], code = '', message }) => violation(['request', ...path], code, message))
}

/** A verdict of one violation. */
export const verdict = (fault: Fault, ...reason: Parameters<typeof violation>): Verdict => ({
  fault,
  violations: [violation(...reason)],
})

const violation = (location: string[], code: string | number, message: string): Violation => ({
  location,
  severity: 'Error',
  code,
  message,
})

/** `DiagnosticSeverity.Error` of @stoplight/types. */
const ERROR = 0

type Scheme = NonNullable<Operation['security']>[number][number]

/** The credentials that are not there, of every way to authenticate; none when one way is complete. */
function missingCredentials(operation: Operation, call: Call): Violation[] {
  const ways = operation.security ?? []
  const holds = (security: Scheme[][]) =>
    validateSecurity({ resource: { ...operation, security }, element: call })._tag === 'Right'
  if (ways.length === 0 || holds(ways)) return []
  const missing = ways.flat().filter((scheme) => !holds([[scheme]]))
  const places = new Map(missing.map(placeOf).map((place) => [place.join(' '), place]))
  const choice = ways.length > 1 ? ' (one way of several)' : ''
  return [...places.values()].map(([where, name]) =>
    violation(
      ['request', where, name.toLowerCase()],
      401,
      `Credentials are missing: ${where} ${name}${choice}`,
    ),
  )
}

function placeOf(scheme: Scheme): [where: string, name: string] {
  if (scheme.type === 'apiKey') return [scheme.in, scheme.name]
  return ['header', 'Authorization']
}
