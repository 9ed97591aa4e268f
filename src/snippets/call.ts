import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import type { Document, Exemplified, MediaType, Parameter, Schema } from '../openapi/document.ts'
import { requestMedia } from '../openapi/example-request.ts'
import { exampleResponses } from '../openapi/examples.ts'
import {
  bodyFile,
  type ExampleFile,
  type FileFields,
  fileFields,
  withRequiredFiles,
} from '../openapi/files.ts'
import { type Endpoint, endpointsOf, findEndpoint } from '../openapi/operations.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import { sampleOf } from './body.ts'
import {
  type Constant,
  type Credential,
  credentialsOf,
  needsCertificate,
  placeholder,
} from './credentials.ts'
import { type Errors, errorsOf } from './errors.ts'
import { type Result, resultOf } from './result.ts'
import { toCamelCase, type Value, variableText } from './values.ts'

/** One HTTP request of generated code, with all that code needs to know about its responses. */
export interface Call {
  operationId: string
  summary: string
  /** In upper case. */
  method: string
  /** With templates such as `{userId}`. */
  path: string
  pathParameters: Record<string, Value>
  query: Record<string, Value>
  /** The header and cookie parameters; no credentials. */
  headers: Record<string, Value>
  /** The declarations of the parameters, which say how lists and objects are written. */
  declared?: Parameter[]
  credentials: Credential[]
  /** Whether the server demands a client certificate. */
  needsCertificate?: boolean
  /** The key that the API demands of its clients, even if this operation does not need it. */
  projectKey?: Constant
  body?: {
    mediaType: string
    value: Value
    /** How the fields of a form are written. */
    encoding?: MediaType['encoding']
    /** Whether the value is a text to send unchanged. Otherwise, the media type decides. */
    isRaw?: boolean
    /** The file that is sent in place of the value. */
    file?: ExampleFile
    /** The files of a multipart body. */
    files?: FileFields
  }
  /** The constants of credentials and of secrets in the request. */
  constants: Constant[]
  /** The status of a success. */
  status: number
  result: Result
  errors: Errors
}

/** The parts of a document that code is generated from. */
export type SnippetDocument = Pick<Document, 'paths' | 'components' | 'security'>

/**
 * Finds an operation.
 * @throws {UserError} with similar names if it does not exist
 */
export function findOperation(document: SnippetDocument, operationId: string): Endpoint {
  const found = findEndpoint(document, operationId)
  if (found) return found
  const names = endpointsOf(document).flatMap(({ operation }) => operation.operationId ?? [])
  throwUnknown('operation', operationId, names)
}

/**
 * Builds the request of an example and describes its response. Credentials become constants, and so do signed
 * tokens, because the signatures in examples are invalid.
 * @param options.example the name of the example; the first one by default
 * @param options.credential the name of the credential; the first one by default
 * @throws {UserError} if the operation has no example or credential of this name
 */
export function exampleCall(
  document: SnippetDocument,
  endpoint: Endpoint,
  isSandbox: boolean,
  { example: exampleName, credential }: { example?: string; credential?: string } = {},
): Call {
  const { path, method, operation } = endpoint
  const parameters = endpoint.parameters.map((node) => resolveRef(document, node))
  const body = requestMedia(document, operation)
  const parts: Exemplified[] = [...(body ? [body.media] : []), ...parameters]
  const name = chooseExample(
    endpoint,
    [...new Set(parts.flatMap((part) => Object.keys(examplesOf(part))))],
    exampleName,
  )
  const { isSuccess, status, example } = successOf(document, endpoint, name)
  const constants: Constant[] = []
  const prepare = (key: string, value: unknown) =>
    isSuccess ? extractTokens(toCamelCase(key), value as Value, constants) : (value as Value)
  const valuesIn = (location: Parameter['in']) =>
    Object.fromEntries(
      parameters.flatMap((parameter) => {
        const isSent = parameter.in === location && !ignoredHeaders.includes(parameter.name.toLowerCase())
        const value = isSent ? exampleOf(document, parameter, name) : undefined
        return value === undefined ? [] : [[parameter.name, prepare(parameter.name, value)] as const]
      }),
    )
  const credentials = credentialsOf(document, operation, isSandbox, credential)
  const call: Call = {
    operationId: operation.operationId ?? '',
    summary: operation.summary ?? '',
    method: method.toUpperCase(),
    path,
    pathParameters: valuesIn('path'),
    query: valuesIn('query'),
    headers: valuesIn('header'),
    declared: parameters,
    credentials,
    constants: [],
    status,
    result: resultOf(responseOf(document, operation, status), example),
    errors: errorsOf(document, operation),
  }
  if (needsCertificate(document, operation, credential)) call.needsCertificate = true
  const projectKey = credentialsOf(document, {}, isSandbox).find(({ kind }) => kind === 'project')
  if (projectKey) call.projectKey = projectKey.constant
  const sent = body && bodyOf(document, body, name)
  if (sent) {
    const value = isSuccess ? withRequiredFiles(sent.value, sent.files) : sent.value
    call.body = { ...sent, value: prepare('body', value) }
  }
  call.constants = [...credentials.map(({ constant }) => constant), ...constants]
  return call
}

/** Returns a body with the example of that name, or undefined if the contract says nothing about its value. */
function bodyOf(
  document: SnippetDocument,
  { mediaType, media }: { mediaType: string; media: MediaType },
  name: string,
): Call['body'] {
  const file = bodyFile(document, mediaType, media)
  if (file) return { mediaType, value: '', file }
  const value = exampleOf(document, { ...media, required: true }, name) as Value | undefined
  if (value === undefined) return undefined
  const { encoding } = media
  return { mediaType, value, files: fileFields(document, mediaType, media), ...(encoding && { encoding }) }
}

function chooseExample({ operation }: Endpoint, names: string[], wanted: string | undefined): string {
  const first = names[0] ?? 'ok'
  if (wanted === undefined || wanted === first || names.includes(wanted)) return wanted ?? first
  if (names.length > 0) throwUnknown(`example of ${operation.operationId}`, wanted, names)
  throw new UserError(`The operation ${operation.operationId} has no named examples.`, { code: 'notFound' })
}

const examplesOf = (part: Exemplified) => ({ ...part.examples, ...part['x-invalid-examples'] })

/** OpenAPI ignores parameters of these names (section 4.8.12.2.1), which credentials and bodies set. */
const ignoredHeaders = ['accept', 'content-type', 'authorization']

/**
 * Returns the example of that name. If the part is required, the first example or a sample of its schema
 * replaces a missing one.
 */
function exampleOf(
  document: SnippetDocument,
  part: Exemplified & { required?: boolean; schema?: Schema },
  name: string,
): unknown {
  const examples = examplesOf(part)
  const example = examples[name] ?? (part.required ? Object.values(examples)[0] : undefined)
  if (example) return resolveRef<{ value?: unknown }>(document, example).value
  if (!part.required) return undefined
  return part.example ?? (part.schema && sampleOf(document, part.schema, 'request'))
}

/** Returns the success of the same name, or else the first one, for which error examples have code, too. */
export function successOf(document: SnippetDocument, { operation }: Endpoint, name: string) {
  const all = [...(exampleResponses(document, operation.operationId ?? '')?.entries() ?? [])].flatMap(
    ([status, examples]) =>
      examples.map((example) => ({ status, name: example.name, example: example.response.body })),
  )
  const successes = all.filter(({ status }) => status < 400)
  const found = successes.find((response) => response.name === name) ?? successes[0]
  const { status = 200, example } = found ?? {}
  return { isSuccess: !all.some((other) => other.name === name && other.status >= 400), status, example }
}

/** Returns the declaration of a status: its own, that of its range, or the default. */
function responseOf(document: SnippetDocument, { responses = {} }: Endpoint['operation'], status: number) {
  const declared = responses[status] ?? responses[`${String(status).charAt(0)}XX`] ?? responses.default
  return resolveRef(document, declared ?? {})
}

const jwt = /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/

/** Replaces signed tokens in a value by constants with the names of their properties. */
function extractTokens(key: string, value: Value, constants: Constant[]): Value {
  if (typeof value === 'string') {
    if (!jwt.test(value)) return value
    const constant = placeholder(key)
    if (!constants.some(({ name }) => name === constant.name)) constants.push(constant)
    return variableText(constant.name)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, node]) => [name, extractTokens(toCamelCase(name), node, constants)]),
  )
}
