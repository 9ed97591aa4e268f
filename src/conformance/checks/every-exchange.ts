import { isJson } from '../../openapi/media-type.ts'
import { readSimple } from '../../openapi/read-styles.ts'
import { type Contract, headersOf, mediaTypeFor, mediaTypeOf, responseFor } from '../contract/contract.ts'
import { isContradiction } from '../contract/problems.ts'
import type { Exchange } from '../exchange.ts'
import type { CheckName, Finding } from '../finding.ts'
import { findSecrets } from './secrets.ts'
import { checkTokenDelivery } from './tokens.ts'

export interface ExchangeCheckOptions {
  contract: Contract
  /** Longer responses are reported; in milliseconds. */
  maxResponseTimeMs?: number
}

type Violation = Omit<Finding, 'exchange' | 'severity'>

/** Runs the checks that hold for every exchange, whatever the request. */
export function checkExchange(exchange: Exchange, options: ExchangeCheckOptions): Violation[] {
  return [
    ...checkServerError(exchange),
    ...checkStatus(exchange),
    ...checkContentType(exchange),
    ...checkHeaders(exchange, options),
    ...checkBody(exchange, options),
    ...checkDuration(exchange, options),
    ...findSecrets(exchange, options.contract),
    ...checkTokenDelivery(exchange),
  ]
}

function checkServerError({ response }: Exchange): Violation[] {
  // 501 and 503 are deliberate answers (RFC 9110, §15.6).
  const isUnexpected = response.status >= 500 && response.status !== 501 && response.status !== 503
  return isUnexpected
    ? [
        violation('not_a_server_error', `The server answered ${response.status}.`, {
          hint: 'See the log of the server.',
        }),
      ]
    : []
}

function checkStatus({ operation, response }: Exchange): Violation[] {
  if (!operation || responseFor(operation, response.status)) return []
  const declared = [...operation.responses.keys()].join(', ')
  return [
    violation('status_code_conformance', `${operation.id} does not declare the status ${response.status}.`, {
      hint: `Declared: ${declared}.`,
    }),
  ]
}

function checkContentType({ operation, request, response }: Exchange): Violation[] {
  const declared = operation && responseFor(operation, response.status)
  if (!declared) return []
  const types = Object.keys(declared.node.content ?? {})
  const sent = response.headers.get('content-type')
  if (types.length === 0) {
    return response.text === ''
      ? []
      : [
          violation(
            'content_type_conformance',
            `The response ${response.status} of ${operation.id} must have no body.`,
          ),
        ]
  }
  // A response to HEAD has no body (RFC 9110, §9.3.2).
  if (request.method === 'HEAD') return []
  if (mediaTypeFor(declared, sent)) return []
  return [
    violation(
      'content_type_conformance',
      sent === null
        ? `The response ${response.status} of ${operation.id} has no Content-Type.`
        : `The response ${response.status} of ${operation.id} has the Content-Type ${sent}, not ${types.join(' or ')}.`,
    ),
  ]
}

function checkHeaders({ operation, response }: Exchange, { contract }: ExchangeCheckOptions): Violation[] {
  const declared = operation && responseFor(operation, response.status)
  if (!declared) return []
  return [...headersOf(contract.document, declared)].flatMap(([name, { node, pointer }]) => {
    const text = response.headers.get(name)
    if (text === null)
      return node.required
        ? [
            violation(
              'response_headers_conformance',
              `The response ${response.status} of ${operation.id} lacks the header ${name}.`,
              at(contract, `${pointer}/required`),
            ),
          ]
        : []
    if (!node.schema) return []
    const style = { style: 'simple', explode: node.explode ?? false }
    const value = readSimple(contract.document, node.schema, name, text, style)
    return contract
      .checkText(`${pointer}/schema`, value, 'response')
      .violations.filter((each) => !isContradiction(contract, each))
      .map(({ message, pointer: keyword }) =>
        violation(
          'response_headers_conformance',
          `The header ${name} of the response ${response.status} of ${operation.id} ${message}.`,
          at(contract, keyword),
        ),
      )
  })
}

function checkBody(
  { operation, request, response }: Exchange,
  { contract }: ExchangeCheckOptions,
): Violation[] {
  const declared = operation && responseFor(operation, response.status)
  if (!declared || request.method === 'HEAD') return []
  const sent = response.headers.get('content-type')
  // With a wrong type, which another check reports, the body is that of the first one.
  const media = mediaTypeFor(declared, sent) ?? mediaTypeOf(declared)
  if (!media?.node.schema || !isJson(media.type.includes('*') ? (sent ?? '') : media.type)) return []
  const where = `the response ${response.status} of ${operation?.id}`
  if (response.body === undefined)
    return [
      violation(
        'response_schema_conformance',
        `The body of ${where} is not JSON.`,
        at(contract, `${media.pointer}/schema`),
      ),
    ]
  return contract
    .checkSchema(`${media.pointer}/schema`, response.body, 'response')
    .filter((each) => !isContradiction(contract, each))
    .map(({ path, message, pointer, isAmbiguous }) =>
      violation(
        'response_schema_conformance',
        `${path ? `${path.slice(1).replaceAll('/', '.')} in ${where}` : `The body of ${where}`} ${message}.`,
        { ...at(contract, pointer), rule: message, ...(isAmbiguous && { isAmbiguous }) },
      ),
    )
}

function checkDuration(
  { operation, durationMs }: Exchange,
  { maxResponseTimeMs = Number.POSITIVE_INFINITY }: ExchangeCheckOptions,
): Violation[] {
  return durationMs > maxResponseTimeMs
    ? [violation('max_response_time', `${operation?.id} took longer than ${maxResponseTimeMs} ms.`)]
    : []
}

const violation = (check: CheckName, message: string, more: Partial<Violation> = {}): Violation => ({
  check,
  message,
  ...more,
})

const at = (contract: Contract, pointer: string): Pick<Violation, 'source'> => ({
  source: contract.locate(pointer),
})
