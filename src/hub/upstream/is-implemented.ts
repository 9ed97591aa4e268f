import { checkExchange } from '../../conformance/checks/every-exchange.ts'
import type { Contract, Operation } from '../../conformance/contract/contract.ts'
import type { Received } from '../../conformance/forward.ts'
import { parseJson } from '../../conformance/parse.ts'

/** The statuses of servers that do not know a path or a method. */
const unknownStatuses = [404, 405, 501]

/** The checks that tell an error of the API from that of a framework. */
const shapeChecks = ['status_code_conformance', 'content_type_conformance', 'response_schema_conformance']

/**
 * Returns whether a backend implements an operation, judged by a response: a 404, 405 or 501 that the
 * contract does not declare for the operation, or with another body, comes from its framework.
 */
export function isImplemented(
  { response: { status, headers }, bytes }: Received,
  {
    request,
    operation,
    contract,
    url,
  }: { request: Request; operation: Operation; contract: Contract; url: string },
): boolean {
  if (!unknownStatuses.includes(status)) return true
  const text = new TextDecoder().decode(bytes)
  const exchange = {
    request: { method: request.method, url, headers: [], body: undefined },
    response: { status, headers, text, body: parseJson(text) },
    ...{ startedAt: 0, durationMs: 0, operation },
  }
  return !checkExchange(exchange, { contract }).some(({ check }) => shapeChecks.includes(check))
}
