import { type Credential, decodeBasic } from '../openapi/credentials.ts'
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

function hasCredential(
  { kind, in: location, name, prefix }: Credential,
  { headers, query, cookies }: MockRequest,
): boolean {
  switch (location) {
    case 'query':
      return Boolean(query.get(name))
    case 'cookie':
      return Boolean(cookies[name])
    case 'header': {
      const value = headers[name.toLowerCase()] ?? ''
      // The scheme is case-insensitive (RFC 9110, section 11.1).
      if (!value.toLowerCase().startsWith(prefix.toLowerCase())) return false
      const credential = value.slice(prefix.length).trim()
      return kind === 'basic' ? decodeBasic(credential) !== undefined : credential !== ''
    }
    case 'connection':
      // A mock cannot see client certificates.
      return true
  }
}
