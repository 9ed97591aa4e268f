import { STATUS_CODES } from 'node:http'
import { unknownName } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import type { Document } from '../openapi/document.ts'
import { exampleRequest, requestExampleNames } from '../openapi/example-request.ts'
import { exampleResponses } from '../openapi/examples.ts'
import { requestMessage, responseMessage } from '../openapi/http-message.ts'
import { type Endpoint, endpointsOf, findEndpoint } from '../openapi/operations.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import type { Directive } from './directives.ts'

/** Finds the operation that a directive names. */
export function endpointOf(document: Document, { attributes, place }: Directive): Endpoint {
  const { operation = '' } = attributes
  const endpoint = findEndpoint(document, operation)
  if (endpoint) return endpoint
  const known = endpointsOf(document).flatMap((each) => each.operation.operationId ?? [])
  throw new UserError(`${place}: ${unknownName('operation', operation, known)}`)
}

/**
 * Writes the HTTP request of a directive.
 * @throws {UserError} if the contract has no such operation or example
 */
export function requestOf(document: Document, directive: Directive): string {
  const endpoint = endpointOf(document, directive)
  checkRequestExample(document, endpoint, directive)
  const request = exampleRequest(document, endpoint, directive.attributes.example)
  return requestMessage(document, endpoint.operation, request)
}

/** An operation whose requests have no examples is always called in the same way, named `ok`. */
export function checkRequestExample(
  document: Document,
  endpoint: Endpoint,
  { attributes: { operation, example }, place }: Directive,
): void {
  const names = requestExampleNames(document, endpoint)
  const known = names.length > 0 ? names : ['ok']
  if (example !== undefined && !known.includes(example))
    throw new UserError(`${place}: ${unknownName(`request example of ${operation}`, example, known)}`)
}

/**
 * Writes the HTTP response of a directive.
 * @throws {UserError} if the contract has no such operation, status or example
 */
export function responseOf(document: Document, directive: Directive): string {
  const { operation } = endpointOf(document, directive)
  const { place, attributes } = directive
  const { status = '', example } = attributes
  const node = operation.responses?.[status]
  const named = exampleResponses(document, attributes.operation ?? '')?.get(Number(status))
  if (!node || !named)
    throw new UserError(
      `${place} names the status ${status}, which ${attributes.operation} does not declare. Declared: ${Object.keys(operation.responses ?? {}).join(', ')}.`,
    )
  const known = named.map(({ name }) => name ?? 'ok')
  const found = example === undefined ? named[0] : named[known.indexOf(example)]
  if (!found)
    throw new UserError(
      `${place}: ${unknownName(`example of ${attributes.operation} ${status}`, example ?? '', known)}`,
    )
  const [mediaType] = Object.keys(resolveRef(document, node).content ?? {})
  return responseMessage(found.response, mediaType, STATUS_CODES[status] ?? '')
}
