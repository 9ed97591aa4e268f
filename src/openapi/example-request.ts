import { credentialFields, operationCredentials } from './credentials.ts'
import type { Document, MediaType, Operation, Parameter, Schema } from './document.ts'
import { bodyFile, type ExampleFile, type FileFields, fileFields } from './files.ts'
import { chooseMediaType, concreteType } from './media-type.ts'
import { type Endpoint, findEndpoint } from './operations.ts'
import { isReserved } from './read-parameter.ts'
import { chooseValue, type Described, describedBy, exampleNamesOf } from './request-value.ts'
import { resolveRef } from './resolve-ref.ts'
import { sendableBody, sendableParameter } from './sendable.ts'
import { shortSample } from './short-sample.ts'

/** A parameter of a request. */
export interface ParameterValue {
  parameter: Parameter
  value: unknown
}

/** The values of a request of an operation, made of its examples. */
export interface ExampleRequest {
  /** The name of the examples. */
  name: string
  /** In upper case. */
  method: string
  /** With templates such as `{userId}`. */
  path: string
  /** In the order of the contract. */
  parameters: ParameterValue[]
  body?: ExampleBody
}

export interface ExampleBody {
  mediaType: string
  value: unknown
  /** How the fields of a form are written. */
  encoding?: MediaType['encoding']
  /** The file that the body consists of, in place of the value. */
  file?: ExampleFile
  /** The files of a multipart body. */
  files?: FileFields
}

type Contract = Pick<Document, 'paths' | 'components' | 'security'>

/**
 * Builds an example request of an operation, without credentials. The body and each parameter take the
 * example of that name, or else their first one. An optional parameter without an example of that name is
 * left out.
 * @param wanted the name of the example; the first valid one by default. It may be an invalid example.
 */
export function exampleRequest(document: Contract, endpoint: Endpoint, wanted?: string): ExampleRequest {
  const { path, method, operation } = endpoint
  const [first = 'ok'] = requestParts(document, endpoint).flatMap(({ examples = {} }) =>
    Object.keys(examples),
  )
  const name = wanted ?? first
  const sample = (schema: Schema) => shortSample(document, schema, 'request')
  const body = bodyOf(document, operation, (media) =>
    chooseValue(document, media, name, { isRequired: true, sample }),
  )
  return {
    name,
    method: method.toUpperCase(),
    path,
    parameters: parametersOf(document, endpoint).flatMap((parameter) => {
      const isRequired = parameter.required === true || parameter.in === 'path'
      const described = describedBy(sendableParameter(document, parameter))
      const value = chooseValue(document, described, name, { isRequired, sample })
      return value === undefined ? [] : [{ parameter, value }]
    }),
    ...(body !== undefined && { body }),
  }
}

function bodyOf(
  document: Contract,
  operation: Operation,
  choose: (media: MediaType) => unknown,
): ExampleBody | undefined {
  const { mediaType, media } = requestMedia(document, operation) ?? {}
  if (mediaType === undefined || media === undefined) return undefined
  const value = choose(sendableBody(document, mediaType, media))
  const file = bodyFile(document, mediaType, media)
  if (value === undefined && !file) return undefined
  const files = fileFields(document, mediaType, media)
  return {
    mediaType,
    value,
    ...(media.encoding && { encoding: media.encoding }),
    ...(file && { file }),
    ...(files.size > 0 && { files }),
  }
}

/** Returns the names of the examples of a request, valid ones first. */
export const requestExampleNames = (document: Contract, endpoint: RequestDeclaration): string[] =>
  exampleNamesOf(requestParts(document, endpoint))

type RequestDeclaration = Pick<Endpoint, 'operation' | 'parameters'>

function requestParts(document: Contract, endpoint: RequestDeclaration): Described[] {
  const { media } = requestMedia(document, endpoint.operation) ?? {}
  return [...(media ? [media] : []), ...parametersOf(document, endpoint).map(describedBy)]
}

/** Returns the parameters of an operation, except for headers that its body and security describe. */
const parametersOf = (document: Contract, { parameters }: RequestDeclaration): Parameter[] =>
  parameters.map((node) => resolveRef(document, node)).filter((parameter) => !isReserved(parameter))

/** Returns the body of a request in the media type in which it is sent. */
export function requestMedia(
  document: object,
  { requestBody }: Operation,
): { mediaType: string; media: MediaType } | undefined {
  const { content = {} } = requestBody ? resolveRef(document, requestBody) : {}
  const declared = chooseMediaType(Object.keys(content))
  const media = declared === undefined ? undefined : content[declared]
  return declared === undefined || media === undefined
    ? undefined
    : { mediaType: concreteType(declared), media }
}

/** A sign-in request. Its path is relative to the base URL. */
export interface SignIn {
  method: string
  path: string
  headers: Record<string, string>
  body: string
}

/**
 * Builds the request of the operation `signIn` from its first example and the example credentials that it
 * needs.
 * @returns undefined if the contract has no sign-in, or no example of one
 */
export function signInRequest(document: Contract): SignIn | undefined {
  const endpoint = findEndpoint(document, 'signIn')
  if (!endpoint) return undefined
  const { method, path, body } = exampleRequest(document, endpoint)
  if (!body) return undefined
  const credentials = credentialFields(operationCredentials(document, endpoint.operation))
  return {
    method,
    path,
    headers: { 'Content-Type': body.mediaType, ...credentials.headers },
    body: JSON.stringify(body.value),
  }
}
