import type { RejectionReason } from '../openapi/status.ts'

/** A violation of the contract, in the shape of Prism's `sl-violations`. */
export interface Violation {
  /** The path of the invalid part, such as `['request', 'body', 'email']`. */
  location: string[]
  severity: 'Error'
  code: string | number
  message: string
}

export interface Rejection {
  reason: RejectionReason
  violations: Violation[]
}

export function violation(location: string[], code: string | number, message: string): Violation {
  return { location, severity: 'Error', code, message }
}
