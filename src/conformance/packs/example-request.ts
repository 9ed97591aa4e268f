import type { Document, Exemplified, MediaType, Parameter, Schema } from '../../openapi/document.ts'
import { bodyFile, type FileFields, fileFields } from '../../openapi/files.ts'
import { concreteType } from '../../openapi/media-type.ts'
import { fillPath, requestFields } from '../../openapi/request-fields.ts'
import { chooseValue, describedBy, exampleNamesOf } from '../../openapi/request-value.ts'
import { resolveRef } from '../../openapi/resolve-ref.ts'
import { sendableBody, sendableParameter } from '../../openapi/sendable.ts'
import { type Contract, type Located, mediaTypeOf, type Operation, schemaOf } from '../contract/contract.ts'
import type { RequestData } from '../exchange.ts'
import { contentTypeOf, encodeBody } from './encode-body.ts'
import { sampleOf } from './sample.ts'
import { groupFields } from './serialize-parameter.ts'

/** A request in parts, so that a test can replace one of them. */
export interface RequestParts {
  method: string
  /** The path template of the operation. */
  template: string
  path: Record<string, string>
  query: Record<string, string | string[]>
  headers: Record<string, string | string[]>
  mediaType: string | undefined
  body: unknown
  /** The fields of a form that are files. */
  files?: FileFields
  /** How the fields of a form are written. */
  encoding?: MediaType['encoding']
}

/** Returns the names of the examples of a request, valid ones first. */
export function exampleNames({ body, parameters }: Operation): string[] {
  const media = body && mediaTypeOf(body)
  return exampleNamesOf([...(media ? [media.node] : []), ...parameters.map(({ node }) => describedBy(node))])
}

/**
 * Builds the request of a named example. Of an example of another name and a sample of the schema, it takes
 * what the contract allows, so that a server has no reason to reject it.
 */
export function exampleRequest(contract: Contract, operation: Operation, name?: string): RequestParts {
  const { document } = contract
  const media = operation.body && mediaTypeOf(operation.body)
  const values = operation.parameters.flatMap((parameter) => {
    const { node } = parameter
    const isRequired = node.required === true || node.in === 'path'
    const value = exampleValue(contract, parameter, name, isRequired)
    return value === undefined ? [] : [{ parameter: node, value }]
  })
  const { pathParameters, query, headers } = requestFields(values)
  const { Cookie: cookie, ...others } = headers
  return {
    method: operation.method,
    template: operation.path,
    path: pathParameters,
    query: groupFields(query),
    headers: { ...others, ...(cookie !== undefined && { cookie }) },
    mediaType: media && concreteType(media.type),
    body: media && (exampleValue(contract, media, name, true) ?? fileContent(document, media)),
    ...(media?.node.encoding && { encoding: media.node.encoding }),
    ...(media && { files: fileFields(document, media.type, media.node) }),
  }
}

/** Returns the content of a body that the contract describes as bytes without a schema. */
const fileContent = (document: Document, { type, node }: { type: string; node: MediaType }) =>
  bodyFile(document, type, node) && 'content'

/** Writes a request from its parts. */
export function toRequest({
  method,
  template,
  path,
  query,
  headers,
  mediaType,
  body,
  files,
  encoding,
}: RequestParts): RequestData {
  const pathname = fillPath(template, path)
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) => [value].flat().map((each) => [key, each])),
  )
  return {
    method: method.toUpperCase(),
    path: search.size > 0 ? `${pathname}?${search}` : pathname,
    headers: {
      ...(body !== undefined && mediaType !== undefined && { 'content-type': contentTypeOf(mediaType) }),
      ...headers,
    },
    ...(body !== undefined && {
      body: encodeBody(body, { mediaType: mediaType ?? 'application/json', files, encoding }),
    }),
  }
}

/** Returns the examples of a parameter, header or media type by name, including invalid ones. */
export function examplesOf(document: Document, part: Exemplified): Record<string, unknown> {
  const named = { ...part.examples, ...part['x-invalid-examples'] }
  return Object.fromEntries(
    Object.entries(named).map(([name, example]) => [
      name,
      resolveRef<{ value?: unknown }>(document, example).value,
    ]),
  )
}

function exampleValue(
  contract: Contract,
  part: Located<Parameter> | (Located<MediaType> & { type: string }),
  name: string | undefined,
  isRequired: boolean,
): unknown {
  const { node } = part
  const schema = schemaOf(part)
  return chooseValue(contract.document, 'in' in node ? describedBy(node) : node, name, {
    isRequired,
    sample: () => schema && sampleOf(contract, { ...schema, node: sendableSchema(contract, part) }),
    isValid: (value) =>
      schema === undefined ||
      ('in' in node && typeof value === 'string'
        ? contract.checkText(schema.pointer, value).violations
        : contract.checkSchema(schema.pointer, value)
      ).length === 0,
  })
}

const sendableSchemas = new WeakMap<object, Schema>()

/** Returns the same schema each time, because samples are remembered by their schema. */
function sendableSchema(
  { document }: Contract,
  part: Located<Parameter> | (Located<MediaType> & { type: string }),
): Schema {
  const { node } = part
  const known = sendableSchemas.get(node)
  if (known) return known
  const sendable =
    'type' in part ? sendableBody(document, part.type, part.node) : sendableParameter(document, part.node)
  const schema = schemaOf({ ...part, node: sendable })?.node ?? {}
  sendableSchemas.set(node, schema)
  return schema
}
