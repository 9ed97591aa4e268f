import { type Credential, decodeBasic, secretIn } from '../openapi/credentials.ts'
import type { MockRequest } from './mock-request.ts'
import type { Operation } from './operation.ts'
import { type Violation, violation } from './violations.ts'

/** Lists the missing credentials of all alternatives, or nothing if one alternative is complete. */
export function missingCredentials({ security }: Operation, request: MockRequest): Violation[] {
  const isMissing = (credential: Credential) => !hasCredential(credential, request)
  if (security.length === 0 || security.some((credentials) => !credentials.some(isMissing))) return []
  const choice = security.length > 1 ? ' (one of several options)' : ''
  const violations = security
    .flat()
    .filter(isMissing)
    .map(({ in: location, name, prefix }) =>
      violation(
        ['request', location, name.toLowerCase()],
        401,
        `Missing credentials: ${location} ${name}${prefix && `: ${prefix}…`}${choice}`,
      ),
    )
  return [...new Map(violations.map((each) => [each.message, each])).values()]
}

function hasCredential(credential: Credential, { headers, query }: MockRequest): boolean {
  // A mock cannot see client certificates.
  if (credential.in === 'connection') return true
  const secret = secretIn(credential, (name) => headers[name.toLowerCase()], query)
  return secret !== undefined && (credential.kind !== 'basic' || decodeBasic(secret) !== undefined)
}
