import { type Operation, responseKey } from './contract/contract.ts'
import type { Exchange } from './exchange.ts'
import type { CheckName, Finding } from './finding.ts'
import type { Adapter } from './variants/adapter.ts'

/**
 * Returns whether a violation concerns the API's own document or the safety of any server, or only what our
 * contract adds to the document.
 * @param adapter without one, the contract is the API's own document
 */
export function severityOf(
  check: CheckName,
  { operation, response }: Exchange,
  adapter: Adapter | undefined,
  { isAmbiguous = false, isDeclared = false }: Pick<Finding, 'isAmbiguous' | 'isDeclared'> = {},
): Finding['severity'] {
  if (!adapter && (isAmbiguous || isDeclared)) return 'contract'
  if (
    !adapter &&
    operation &&
    check === 'status_code_conformance' &&
    isUnmentioned(operation, response.status)
  )
    return 'contract'
  if (!adapter || !operation || alwaysFailures.has(check)) return 'failure'
  const documented = adapter.documented[operation.id]
  if (!documented) return 'difference'
  if (check === 'response_headers_conformance') return 'difference'
  if (!contractChecks.has(check)) return 'failure'
  const describesBody = response.status < 400 || adapter.documentsErrorBodies
  return documented.includes(response.status) && describesBody ? 'failure' : 'difference'
}

/** The statuses that a contract can declare for the reason of a rejection, by the status of the response. */
const alternatives: Record<number, number[]> = {
  ...{ 400: [400, 422], 401: [401], 403: [401, 403], 404: [404, 410], 405: [405], 406: [406] },
  ...{ 410: [404, 410], 413: [413], 415: [415], 422: [400, 422], 429: [429] },
}

/** Returns whether a contract declares no response for the reason of a rejection, which every server has. */
function isUnmentioned(operation: Operation, status: number): boolean {
  const declarable = alternatives[status]
  return declarable?.every((each) => responseKey(operation, each) === undefined) ?? false
}

/** A crash, a leak or a bypass is a failure in every operation. */
const alwaysFailures = new Set<CheckName>([
  'not_a_server_error',
  'secret_in_body',
  'ignored_auth',
  'revocation',
  'single_use',
  'reuse_detection',
  'redirect_allow_list',
])

/** Checks of details that a document often leaves open. The others are about what a request achieves. */
const contractChecks = new Set<CheckName>([
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'missing_required_header',
  'unsupported_method',
])
