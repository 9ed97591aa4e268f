import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { bearerRows } from './bearer.ts'
import { enumerationRows } from './enumeration.ts'
import { httpRows } from './http.ts'
import { passwordRows } from './passwords.ts'
import { rateLimitRows } from './rate-limits.ts'

/** Returns the attacks that need nothing but HTTP, each under the id of its security requirement. */
export function abuse(adapter: Adapter): TestCase[] {
  return [
    ...enumerationRows(adapter),
    ...passwordRows(adapter),
    ...bearerRows(adapter),
    ...httpRows(adapter),
    ...rateLimitRows(adapter),
  ]
}
