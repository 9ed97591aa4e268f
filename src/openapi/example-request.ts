import { credentialFields, operationCredentials } from './credentials.ts'
import type { Document, MediaType, Operation, Parameter } from './document.ts'
import { exampleValue } from './examples.ts'
import { chooseMediaType, concreteType } from './media-type.ts'
import { type Endpoint, findEndpoint } from './operations.ts'
import { resolveRef } from './resolve-ref.ts'
import { sampleValue } from './sample.ts'

/** The request of an operation, made of its examples. No value is encoded. */
export interface ExampleRequest {
  /** The name of the examples. */
  name: string
  /** In upper case. */
  method: string
  /** With templates such as `{userId}`. */
  path: string
  pathParameters: Record<string, string>
  query: Record<string, string>
  headers: Record<string, string>
  body?: {
    mediaType: string
    value: unknown
    /** How the fields of a form are written. */
    encoding?: MediaType['encoding']
  }
}

type Contract = Pick<Document, 'paths' | 'components' | 'security'>

/**
 * Builds an example request of an operation, without credentials. The body and each parameter take the
 * example of that name, or else their first one. An optional parameter without an example of that name is
 * left out.
 * @param wanted the name of the example; the first one by default. It may be an invalid example.
 */
export function exampleRequest(
  document: Contract,
  { path, method, operation, parameters: nodes }: Endpoint,
  wanted?: string,
): ExampleRequest {
  const parameters = nodes.map((node) => resolveRef(document, node))
  const { mediaType, media } = requestMedia(document, operation) ?? {}
  const first = [...(media ? [media] : []), ...parameters].flatMap(({ examples = {} }) =>
    Object.keys(examples),
  )[0]
  const name = wanted ?? first ?? 'ok'
  const body = media && exampleOf(document, media, name, true)
  const valuesIn = (location: Parameter['in']) =>
    Object.fromEntries(
      parameters.flatMap((parameter) => {
        if (parameter.in !== location) return []
        const example = exampleOf(document, parameter, name, parameter.required ?? false)
        return example ? textsOf(parameter, example.value) : []
      }),
    )
  return {
    name,
    method: method.toUpperCase(),
    path,
    pathParameters: valuesIn('path'),
    query: valuesIn('query'),
    headers: valuesIn('header'),
    ...(mediaType && body && { body: { mediaType, value: body.value, encoding: media?.encoding } }),
  }
}

/** Writes a value as text. An object has several in a query (OpenAPI 3.1.1, section 4.8.12.4). */
function textsOf({ name, in: location, style, explode }: Parameter, value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, String(value)]]
  const fields = Object.entries(value)
  if (location !== 'query' || explode === false) return [[name, fields.flat().join()]]
  return fields.map(([field, text]) => [style === 'deepObject' ? `${name}[${field}]` : field, String(text)])
}

/** Returns the names of the examples of a request, valid ones first. */
export function requestExampleNames(
  document: Contract,
  { operation, parameters }: Pick<Endpoint, 'operation' | 'parameters'>,
): string[] {
  const { media } = requestMedia(document, operation) ?? {}
  const parts = [...(media ? [media] : []), ...parameters.map((node) => resolveRef(document, node))]
  return [
    ...new Set(
      [...parts.map(({ examples }) => examples), ...parts.map((part) => part['x-invalid-examples'])].flatMap(
        (examples = {}) => Object.keys(examples),
      ),
    ),
  ]
}

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

/** Returns the example of that name, or else, if one is required, the first one or a value of the schema. */
export function exampleOf(
  document: object,
  part: MediaType,
  name: string,
  isRequired: boolean,
): { value?: unknown } | undefined {
  const { examples = {}, 'x-invalid-examples': invalid = {} } = part
  const example = examples[name] ?? invalid[name]
  if (example) return resolveRef(document, example)
  if (!isRequired) return undefined
  const value =
    exampleValue(document, part, undefined) ??
    (part.schema && sampleValue(document, part.schema, { side: 'request' }))
  return value === undefined ? undefined : { value }
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
