import type { Schema } from '../../openapi/document.ts'
import { hasFields } from '../../openapi/media-type.ts'
import { escapePointer } from '../../openapi/pointer.ts'
import { isOpaque, readContent } from '../../openapi/read-content.ts'
import { explainRepeatedFields } from '../../openapi/repeated-fields.ts'
import { type Contract, mediaTypeFor, type Operation, schemaOf } from '../contract/contract.ts'
import { readParameter } from '../contract/parameters.ts'
import type { Exchange } from '../exchange.ts'
import type { Finding } from '../finding.ts'

type Violation = Omit<Finding, 'exchange' | 'severity'>

/**
 * Checks whether a request keeps the contract. The server may well reject an invalid one, but a frontend
 * should not send it.
 */
export async function checkRequest(
  { request, operation }: Exchange,
  contract: Contract,
): Promise<Violation[]> {
  if (!operation)
    return [
      {
        check: 'request_conformance',
        message: `No operation of the contract is ${request.method} ${new URL(request.url).pathname}.`,
      },
    ]
  return [
    ...checkParameters(request, operation, contract),
    ...(await checkRequestBody(request, operation, contract)),
  ]
}

function checkParameters(
  request: Exchange['request'],
  operation: Operation,
  contract: Contract,
): Violation[] {
  return operation.parameters.flatMap((parameter) => {
    const { node, pointer } = parameter
    const text = readParameter(contract, parameter, operation, request)
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
    const schema = schemaOf(parameter)
    if (!schema) return []
    const found = contract.checkText(schema.pointer, text).violations
    const isQuery = node.in === 'query' && node.content === undefined
    const explained = isQuery ? withRepeatedFields(found, contract, schema.node, text) : found
    return explained.map((each) => {
      const name = node.name + each.path.replaceAll('/', '.')
      const text = `The ${node.in} parameter ${name} of ${operation.id} ${each.message}.`
      return schemaViolation(contract, each, text)
    })
  })
}

async function checkRequestBody(
  { body, headers }: Exchange['request'],
  operation: Operation,
  contract: Contract,
): Promise<Violation[]> {
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
  if (isOpaque(type)) return []
  const { schema, encoding } = media.node
  const read = await readContent(contract.document, { schema: schema ?? {}, encoding }, body, type)
  if ('error' in read) {
    const format = read.error.code === 'json' ? 'JSON' : 'multipart/form-data'
    return [violation(contract, media.pointer, `The body of ${operation.id} is not ${format}.`)]
  }
  const wrongParts = (read.wrongParts ?? []).map(({ name, message }) =>
    violation(
      contract,
      `${media.pointer}/encoding/${escapePointer(name)}/contentType`,
      `${name} in the request of ${operation.id} ${message}.`,
    ),
  )
  if (!schema) return wrongParts
  const violations = hasFields(type)
    ? withRepeatedFields(
        contract.checkText(`${media.pointer}/schema`, read.value).violations,
        contract,
        schema,
        read.value,
      )
    : contract.checkSchema(`${media.pointer}/schema`, read.value)
  return [
    ...wrongParts,
    ...violations.map((each) => {
      const name = each.path ? each.path.slice(1).replaceAll('/', '.') : 'The body'
      return schemaViolation(contract, each, `${name} in the request of ${operation.id} ${each.message}.`)
    }),
  ]
}

type SchemaViolation = ReturnType<Contract['checkSchema']>[number]

const withRepeatedFields = (
  violations: SchemaViolation[],
  { document }: Contract,
  schema: Schema,
  value: unknown,
): SchemaViolation[] =>
  explainRepeatedFields(
    violations,
    { document, schema, value },
    ({ path }) => path,
    (first, path, message) => ({ ...first, path, message }),
  )

const violation = (contract: Contract, pointer: string, message: string): Violation => ({
  check: 'request_conformance',
  message,
  source: contract.locate(pointer),
})

const schemaViolation = (
  contract: Contract,
  { pointer, isAmbiguous }: SchemaViolation,
  message: string,
): Violation => ({ ...violation(contract, pointer, message), ...(isAmbiguous && { isAmbiguous }) })
