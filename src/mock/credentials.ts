import { missingCredentials, placeOfCredential } from '../openapi/missing-credentials.ts'
import type { MockRequest } from './mock-request.ts'
import type { Operation } from './operation.ts'
import { type Violation, violation } from './violations.ts'

/** Lists the missing credentials of all alternatives, or nothing if one alternative is complete. */
export function credentialViolations({ security }: Operation, request: MockRequest): Violation[] {
  const choice = security.length > 1 ? ' (one of several options)' : ''
  const violations = missingCredentials(security, request).map((credential) =>
    violation(
      ['request', credential.in, credential.name.toLowerCase()],
      401,
      `Missing credentials: ${placeOfCredential(credential)}${choice}`,
    ),
  )
  return [...new Map(violations.map((each) => [each.message, each])).values()]
}
