import {
  type Credential,
  credentialsByScheme,
  exampleSecret,
  operationCredentials,
} from '../openapi/credentials.ts'
import type { Document, Operation, Response } from '../openapi/document.ts'
import { type ExampleBody, exampleRequest } from '../openapi/example-request.ts'
import { exampleResponses, type NamedExampleResponse } from '../openapi/examples.ts'
import { type ExampleFile, multipartParts, type Part, withRequiredFiles } from '../openapi/files.ts'
import { hasFields, isForm, isJson, isMultipart } from '../openapi/media-type.ts'
import { type Endpoint, endpointsOf } from '../openapi/operations.ts'
import { fillPath, type RequestFields, requestFields } from '../openapi/request-fields.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import { withSampleBody } from '../openapi/sample-response.ts'
import { type Fields, formFields } from '../openapi/serialize.ts'
import { statusOf } from '../openapi/status.ts'
import {
  type Capture,
  capturesIn,
  isCapturing,
  issuesTokens,
  refreshTokenExample,
  refreshTokenVariable,
  withVariables,
} from './collection-tokens.ts'
import { type OptionalField, optionalQuery } from './optional-query.ts'
import { type SavedResponse, savedResponses } from './saved-responses.ts'

/** A list of requests for API clients such as Postman. Texts may contain variables as `{{name}}`. */
export interface Collection {
  name: string
  description: string
  variables: { name: string; value: string }[]
  requests: CollectionRequest[]
}

export interface CollectionRequest extends RequestFields {
  title: string
  description: string
  /** In upper case. */
  method: string
  /** With templates such as `{userId}`, each of which is a whole segment. */
  path: string
  auth?: CollectionAuth
  body?: CollectionBody
  /** The status of the response if the request is sent to a new sandbox. */
  status: number
  /** The response values to store in variables. */
  captures: Capture[]
  /** The folder of the request. Without one, it stands at the end. */
  tag?: string
  /** Parameters that are offered, but not sent. */
  optionalQuery: OptionalField[]
  /** Responses to look at, where no sandbox gives them. */
  responses: SavedResponse[]
}

/**
 * The credential of the header `Authorization`, which API clients show separately and encode themselves. They
 * send only one, so that keys are ordinary headers and parameters.
 */
export type CollectionAuth =
  | { kind: 'bearer'; token: string }
  | { kind: 'basic'; username: string; password: string }

/** A body: text, a file, or the fields of a form. The client writes the Content-Type of a form itself. */
export type CollectionBody =
  | { kind: 'json' | 'text'; text: string }
  | { kind: 'form'; fields: Fields }
  | { kind: 'multipart'; parts: Part[] }
  | { kind: 'file'; file: ExampleFile }

const aboutSandbox =
  'The requests succeed when they are sent in order to a new or reset sandbox. Signing in stores the token for the ' +
  'requests that follow. The variable `baseUrl` may also be the URL of the mock, or of a server.'
const aboutMock =
  'The requests are made of the examples and schemas of the contract, and the mock accepts them. The variable `baseUrl` ' +
  'may also be the URL of a server.'

/**
 * Moves the start of adding a passkey behind its end. A start replaces the pending challenge of the user, and
 * the end has an example signature for the challenge that a new sandbox contains.
 */
function inRunnableOrder(endpoints: Endpoint[]): Endpoint[] {
  const isStart = ({ operation }: Endpoint) => operation.operationId === 'startPasskeyRegistration'
  const isEnd = ({ operation }: Endpoint) => operation.operationId === 'finishPasskeyRegistration'
  const starts = endpoints.filter(isStart)
  return endpoints
    .filter((endpoint) => !isStart(endpoint))
    .flatMap((endpoint) => (isEnd(endpoint) ? [endpoint, ...starts] : [endpoint]))
}

/**
 * Creates the collection of a contract: one request for each operation, in the order of the document.
 * @param baseUrl the URL of the server to which the requests go by default
 * @param options.isSandbox whether that server is a sandbox, where the requests succeed in order
 */
export function createCollection(
  document: Document,
  baseUrl: string,
  { isSandbox = false }: { isSandbox?: boolean } = {},
): Collection {
  const { info } = document
  const endpoints = inRunnableOrder(endpointsOf(document))
  const hasKnownNames = endpoints.some(({ operation }) => isCapturing(operation))
  const requests = endpoints.map((endpoint) => {
    const request = collectionRequest(document, endpoint, !hasKnownNames)
    // Folders would change the order, in which alone the requests succeed on a new sandbox. It responds itself.
    if (isSandbox) return request
    const [tag] = endpoint.operation.tags ?? []
    const responses = savedResponses(document, endpoint.operation)
    return { ...request, responses, ...(tag !== undefined && { tag }) }
  })
  const isUsed = (name: string) => JSON.stringify(requests).includes(`{{${name}}}`)
  const variables = [
    ...[...credentialsByScheme(document).values()].flatMap(variablesOf),
    { name: refreshTokenVariable, value: refreshTokenExample(document) },
  ]
  return {
    name: info.title,
    description: [info.summary, isSandbox ? aboutSandbox : aboutMock].join('\n\n'),
    variables: [{ name: 'baseUrl', value: baseUrl }, ...variables.filter(({ name }) => isUsed(name))],
    requests,
  }
}

/** Names the variable of a security scheme. API clients find only such names between their brackets. */
const variableOf = ({ scheme }: Credential): string => scheme.replace(/[^\w.-]+/g, '_')

/** Returns the variables of a credential. They have the name of its scheme, and its example as value. */
function variablesOf(credential: Credential): Collection['variables'] {
  const { kind } = credential
  const variable = variableOf(credential)
  if (kind !== 'basic') return [{ name: variable, value: exampleSecret(credential) }]
  // A password may contain colons, a user name none (RFC 7617, section 2).
  const [, username = '', password = ''] = /^([^:]*):?(.*)$/s.exec(exampleSecret(credential)) ?? []
  return [
    { name: `${variable}Username`, value: username },
    { name: `${variable}Password`, value: password },
  ]
}

/** Returns the variable of the first scheme that sends bearer tokens. */
function accessTokenVariable(document: Document): string | undefined {
  const bearer = [...credentialsByScheme(document).values()].find(({ kind }) => kind === 'bearer')
  return bearer && variableOf(bearer)
}

function authOf(credential: Credential): CollectionAuth {
  const [first = '', second = ''] = variablesOf(credential).map(({ name }) => `{{${name}}}`)
  return credential.kind === 'basic'
    ? { kind: 'basic', username: first, password: second }
    : { kind: 'bearer', token: first }
}

/** @param findsTokens whether operations of any name may issue the tokens that later requests use */
function collectionRequest(document: Document, endpoint: Endpoint, findsTokens: boolean): CollectionRequest {
  const { name, method, path, parameters, body } = exampleRequest(document, endpoint)
  const { operation } = endpoint
  const credentials = operationCredentials(document, operation)
  const authorization = credentials.find(({ kind }) => kind === 'basic' || kind === 'bearer')
  const { pathParameters, query, headers } = requestFields(
    parameters,
    credentials.filter((credential) => credential !== authorization),
    (credential) => `{{${variableOf(credential)}}}`,
  )
  const { operationId = '', summary = operationId, description = '' } = operation
  const { status, body: responseBody } = responseOf(document, operation, name)
  return {
    title: summary,
    description,
    method,
    ...splitPath(path, pathParameters),
    headers: {
      ...(body && !hasFields(body.mediaType) && { 'Content-Type': body.mediaType }),
      ...headers,
    },
    query,
    optionalQuery: optionalQuery(document, endpoint, parameters),
    responses: [],
    ...(authorization && { auth: authOf(authorization) }),
    ...(body && { body: bodyOf(body) }),
    status,
    captures:
      isCapturing(operation) || (findsTokens && issuesTokens(responseBody, authorization))
        ? capturesIn(responseBody, accessTokenVariable(document))
        : [],
  }
}

/** Fills the templates that are not a whole segment, because API clients have no variables for them. */
function splitPath(path: string, values: RequestFields['pathParameters']) {
  const segments = path.split('/')
  const isTemplate = (segment: string) => /^\{[^{}]+\}$/.test(segment)
  return {
    path: segments.map((segment) => (isTemplate(segment) ? segment : fillPath(segment, values))).join('/'),
    pathParameters: Object.fromEntries(
      Object.entries(values).filter(([name]) => segments.includes(`{${name}}`)),
    ),
  }
}

/** Groups requests by folder, in the order of their first requests. Requests without a folder come last. */
export function foldersOf(requests: CollectionRequest[]): { name?: string; requests: CollectionRequest[] }[] {
  const groups = Map.groupBy(requests, ({ tag }) => tag)
  const folders = [...groups].flatMap(([name, group]) =>
    name === undefined ? [] : { name, requests: group },
  )
  return [...folders, { requests: groups.get(undefined) ?? [] }]
}

/** Writes a query in which API clients still find the variables. */
export const toSearch = (query: Fields): string =>
  String(new URLSearchParams(query)).replace(/%7B%7B([\w.-]+)%7D%7D/g, '{{$1}}')

function bodyOf({ mediaType, value: example, encoding, file, files }: ExampleBody): CollectionBody {
  if (file) return { kind: 'file', file }
  const value = withVariables(withRequiredFiles(example, files))
  if (isForm(mediaType)) return { kind: 'form', fields: formFields(Object(value), encoding) }
  if (isMultipart(mediaType))
    return { kind: 'multipart', parts: multipartParts(Object(value), { encoding, files }) }
  return typeof value === 'string' && !isJson(mediaType)
    ? { kind: 'text', text: value }
    : { kind: 'json', text: JSON.stringify(value, null, 2) }
}

/** Returns the response example of the same name, or else the first one of a success. */
function responseOf(document: Document, { operationId = '', responses: declared }: Operation, name: string) {
  const responses = [...(exampleResponses(document, operationId)?.values() ?? [])].flat()
  const isNamed = (response: NamedExampleResponse) => response.name === name
  const successes = responses.filter(({ response }) => response.status < 400)
  const response = (responses.find(isNamed) ?? successes[0])?.response ?? { status: 200, headers: {} }
  const keys = Object.keys(declared ?? {})
  const key = keys.find((each) => statusOf(each, keys) === response.status)
  const node = key === undefined ? undefined : declared?.[key]
  return withSampleBody(document, node && resolveRef<Response>(document, node).content, response)
}

/** Writes JavaScript that reads a property at a path. */
export const accessTo = (object: string, path: readonly string[]): string =>
  object + path.map((key) => (/^[a-z_$][\w$]*$/i.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)).join('')
