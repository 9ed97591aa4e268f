import type { SourceLocation } from '../contract-files/source-location.ts'
import type { Exchange } from './exchange.ts'

/** The names of the checks. Those that other tools have keep the name that Schemathesis gave them. */
export type CheckName =
  | 'not_a_server_error'
  | 'status_code_conformance'
  | 'content_type_conformance'
  | 'response_headers_conformance'
  | 'response_schema_conformance'
  | 'example_conformance'
  | 'negative_data_rejection'
  | 'positive_data_acceptance'
  | 'missing_required_header'
  | 'unsupported_method'
  | 'ignored_auth'
  | 'use_after_free'
  | 'ensure_resource_availability'
  | 'max_response_time'
  | 'single_use'
  | 'rotation'
  | 'reuse_detection'
  | 'revocation'
  | 'expiry'
  | 'enumeration'
  | 'scope'
  | 'cookie_attributes'
  | 'redirect_allow_list'
  | 'no_store'
  | 'secret_in_body'
  | 'safe_methods'
  | 'rate_limit'
  | 'request_conformance'

/** A violation that a check found. */
export interface Finding {
  check: CheckName
  /** The violation in one sentence. */
  message: string
  /**
   * A failure violates what the API's own document says, or a security rule. A difference violates what our
   * contract adds to the document. The fault is that of the contract if it is silent about what every server
   * does, such as 401 without credentials.
   */
  severity: 'failure' | 'difference' | 'contract'
  exchange: Exchange
  /** The violated keyword of the contract. */
  source?: SourceLocation
  /** The violated rule in words that fit every operation, if the message names the operation. */
  rule?: string
  /** Whether the schema is to blame as well: several of its branches allow the value. */
  isAmbiguous?: boolean
  /** Whether the contract declares what the check warns of. */
  isDeclared?: boolean
  /** A place to look for the cause. */
  hint?: string
  /** The id of the security requirement, such as `R05`. */
  requirement?: string
}

/** Findings of one cause have the same key, and are reported once. */
export function causeOf({ check, message, rule, exchange, source }: Finding): string {
  const { operation, response } = exchange
  // A violated shared schema is one cause, however many operations use it.
  return source
    ? `${check} ${source.pointer} ${rule ?? message}`
    : `${check} ${operation?.id} ${response.status} ${message}`
}
