import type { Exchange } from './exchange.ts'
import type { Finding } from './finding.ts'
import type { Adapter } from './variants/adapter.ts'

/** Checks of security rules and of crashes hold for every server, whatever its document says. */
const contractChecks = new Set<string>([
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'example_conformance',
  'negative_data_rejection',
  'missing_required_header',
  'unsupported_method',
])

/**
 * Returns whether a violation concerns the API's own document, or only what our contract adds to it.
 * @param adapter without one, the contract is the API's own document
 */
export function severityOf(
  check: Finding['check'],
  { operation, response }: Exchange,
  adapter: Adapter | undefined,
): Finding['severity'] {
  if (!adapter || !contractChecks.has(check)) return 'failure'
  // No document of these APIs names headers.
  if (check === 'response_headers_conformance') return 'difference'
  if (check === 'response_schema_conformance' && response.status >= 400 && !adapter.documentsErrorBodies)
    return 'difference'
  const documented = operation && adapter.documented[operation.id]
  return documented?.includes(response.status) ? 'failure' : 'difference'
}
