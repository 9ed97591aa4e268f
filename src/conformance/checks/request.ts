import type { Schema } from '../../openapi/document.ts'
import { isJson } from '../../openapi/media-type.ts'
import { type Contract, type Located, mediaTypeFor, type Operation } from '../contract/contract.ts'
import { readParameter, toValue } from '../contract/parameters.ts'
import type { Exchange } from '../exchange.ts'
import type { Finding } from '../finding.ts'

type Violation = Omit<Finding, 'exchange' | 'severity'>

/**
 * Checks whether a request keeps the contract. The server may well reject an invalid one, but a frontend
 * should not send it.
 */
export function checkRequest({ request, operation }: Exchange, contract: Contract): Violation[] {
  if (!operation)
    return [
      {
        check: 'request_conformance',
        message: `No operation of the contract is ${request.method} ${new URL(request.url).pathname}.`,
      },
    ]
  return [...checkParameters(request, operation, contract), ...checkRequestBody(request, operation, contract)]
}

function checkParameters(
  request: Exchange['request'],
  operation: Operation,
  contract: Contract,
): Violation[] {
  return operation.parameters.flatMap(({ node, pointer }) => {
    const [text] = readParameter(node, operation, request)
    if (text === undefined)
      return node.required
        ? [
            violation(
              contract,
              `${pointer}/required`,
              `${operation.id} is called without the ${node.in} parameter ${node.name}.`,
            ),
          ]
        : []
    if (!node.schema) return []
    return contract
      .checkSchema(`${pointer}/schema`, toValue(contract, node, text))
      .map(({ message, pointer: keyword }) =>
        violation(contract, keyword, `The ${node.in} parameter ${node.name} of ${operation.id} ${message}.`),
      )
  })
}

function checkRequestBody(
  { body, headers }: Exchange['request'],
  operation: Operation,
  contract: Contract,
): Violation[] {
  if (!operation.body) return []
  if (!body)
    return operation.body.node.required
      ? [
          violation(
            contract,
            `${operation.body.pointer}/required`,
            `${operation.id} is called without a body.`,
          ),
        ]
      : []
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  const types = Object.keys(operation.body.node.content ?? {})
  const media = mediaTypeFor(operation.body, type)
  if (!media)
    return types.length === 0
      ? []
      : [
          violation(
            contract,
            `${operation.body.pointer}/content`,
            `The body of ${operation.id} has the Content-Type ${type || 'none'}, not ${types.join(' or ')}.`,
          ),
        ]
  return isJson(type) ? bodyViolations(body, media, operation, contract) : []
}

function bodyViolations(
  body: string,
  media: Located<{ schema?: Schema }>,
  operation: Operation,
  contract: Contract,
): Violation[] {
  const { value } = parse(body)
  if (value === undefined)
    return [violation(contract, media.pointer, `The body of ${operation.id} is not JSON.`)]
  if (!media.node.schema) return []
  return contract
    .checkSchema(`${media.pointer}/schema`, value)
    .map(({ path, message, pointer }) =>
      violation(
        contract,
        pointer,
        `${path ? path.slice(1).replaceAll('/', '.') : 'The body'} in the request of ${operation.id} ${message}.`,
      ),
    )
}

function parse(text: string): { value?: unknown } {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return {}
  }
}

const violation = (contract: Contract, pointer: string, message: string): Violation => ({
  check: 'request_conformance',
  message,
  source: contract.locate(pointer),
})
