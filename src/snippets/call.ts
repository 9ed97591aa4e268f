import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import type { Document, Parameter } from '../openapi/document.ts'
import { type ExampleBody, exampleRequest, requestExampleNames } from '../openapi/example-request.ts'
import { exampleResponses } from '../openapi/examples.ts'
import { withRequiredFiles } from '../openapi/files.ts'
import { type Endpoint, endpointsOf, findEndpoint } from '../openapi/operations.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import type { Part } from './body.ts'
import {
  type CallCredential,
  type Constant,
  callCredentials,
  needsCertificate,
  placeholder,
} from './credentials.ts'
import { type Errors, errorsOf } from './errors.ts'
import { type Result, resultOf } from './result.ts'
import { toIdentifier, type Value, variableText } from './values.ts'

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
  /** Without credentials. */
  headers: Record<string, Value>
  /** Without credentials. */
  cookies: Record<string, Value>
  /** The declarations of the parameters, which say how lists and objects are written. */
  declared?: Parameter[]
  credentials: CallCredential[]
  /** Whether the server demands a client certificate. */
  needsCertificate?: boolean
  /** The key that the API demands of its clients, even if this operation does not need it. */
  projectKey?: Constant
  body?: Omit<ExampleBody, 'value'> & {
    value: Value
    /** Whether the value is a text to send unchanged. Otherwise, the media type decides. */
    isRaw?: boolean
    /** The parts of a multipart body that was sent, in place of the value. */
    parts?: Part[]
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
  const { operation } = endpoint
  checkExample(document, endpoint, exampleName)
  const { name, method, path, parameters, body } = exampleRequest(document, endpoint, exampleName)
  const { isSuccess, status, example } = successOf(document, endpoint, name)
  const credentials = callCredentials(document, operation, isSandbox, credential)
  const constants: Constant[] = []
  const prepare = (key: string, value: unknown) =>
    isSuccess ? extractTokens(key, value as Value, constants) : (value as Value)
  const valuesIn = (location: Parameter['in']) =>
    Object.fromEntries(
      parameters.flatMap(({ parameter, value }) =>
        parameter.in === location && !isCredential(parameter, credentials)
          ? [[parameter.name, prepare(parameter.name, value)] as const]
          : [],
      ),
    )
  const call: Call = {
    operationId: operation.operationId ?? '',
    summary: operation.summary ?? '',
    method,
    path,
    pathParameters: valuesIn('path'),
    query: valuesIn('query'),
    headers: valuesIn('header'),
    cookies: valuesIn('cookie'),
    declared: parameters.map(({ parameter }) => parameter),
    credentials,
    constants: [],
    status,
    result: resultOf(responseOf(document, operation, status), example),
    errors: errorsOf(document, operation),
  }
  if (needsCertificate(document, operation, credential)) call.needsCertificate = true
  const projectKey = callCredentials(document, {}, isSandbox).find(({ purpose }) => purpose === 'project')
  if (projectKey) call.projectKey = projectKey.constant
  if (body) {
    const value = isSuccess ? withRequiredFiles(body.value, body.files) : body.value
    call.body = { ...body, value: prepare('body', value) }
  }
  call.constants = [...credentials.map(({ constant }) => constant), ...constants]
  return call
}

/** Tells whether a contract declares a credential as a parameter, too. */
export const isCredential = ({ in: location, name }: Parameter, credentials: CallCredential[]): boolean =>
  location !== 'path' &&
  credentials.some((credential) => credential[location]?.[0].toLowerCase() === name.toLowerCase())

/** @throws {UserError} if the operation has no example of this name */
function checkExample(document: SnippetDocument, endpoint: Endpoint, wanted: string | undefined): void {
  const { operationId } = endpoint.operation
  const names = requestExampleNames(document, endpoint)
  if (wanted === undefined || names.includes(wanted) || (names.length === 0 && wanted === 'ok')) return
  if (names.length > 0) throwUnknown(`example of ${operationId}`, wanted, names)
  throw new UserError(`The operation ${operationId} has no named examples.`, { code: 'notFound' })
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
    const constant = placeholder(toIdentifier(key))
    if (!constants.some(({ name }) => name === constant.name)) constants.push(constant)
    return variableText(constant.name)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, node]) => [name, extractTokens(name, node, constants)]),
  )
}
