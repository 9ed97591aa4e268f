import { type Api, defaultServerPath, mockPath } from '../../catalog/api.ts'
import { type Credential, credentialsByScheme, exampleOf, requirementsOf } from '../../openapi/credentials.ts'
import type { Document } from '../../openapi/document.ts'
import { exampleRequest, requestExampleNames, requestMedia } from '../../openapi/example-request.ts'
import { exampleResponses } from '../../openapi/examples.ts'
import { type Endpoint, endpointsOf } from '../../openapi/operations.ts'
import { referenceAnchor } from '../../openapi/reference-anchor.ts'
import { resolveRef } from '../../openapi/resolve-ref.ts'
import { statusOf } from '../../openapi/status.ts'
import { plainText } from '../../search/plain-text.ts'

/** The parts of a contract that the console needs. The page contains them as JSON. */
export interface ConsoleContract {
  variant: string
  /** The paths of the servers to call, relative to the hub. Without a sandbox, only the mock. */
  servers: { sandbox?: string; mock: string }
  schemes: Record<string, ConsoleScheme>
  operations: ConsoleOperation[]
}

/** A security scheme: where its credential is sent. A client certificate belongs to the connection. */
export interface ConsoleScheme {
  place: Credential['in']
  /** The name of the header, query parameter or cookie. */
  name: string
  /** The text before the credential. User and password of `Basic ` are sent in Base64. */
  prefix: string
  /** Whether the credential is a key. Otherwise, a sign-in returns it. */
  isKey: boolean
  description: string
  example: string
}

export interface ConsoleOperation {
  id: string
  tag: string
  /** The path of the operation in the reference. */
  reference: string
  /** In upper case. */
  method: string
  /** With templates such as `{userId}`. */
  path: string
  summary: string
  /** The first paragraph of the description, without markup. */
  description: string
  parameters: ConsoleParameter[]
  body?: { mediaType: string; isRequired: boolean }
  /** At least one. */
  examples: ConsoleExample[]
  /** The schemes of each alternative. None if the operation needs no credentials. */
  security: string[][]
  responses: ConsoleResponse[]
  /** Whether every success is a redirect, which browsers follow. */
  isRedirect: boolean
}

export interface ConsoleParameter {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  isRequired: boolean
  description: string
  /** Values to choose from: of the enum, or else of the examples. */
  values: string[]
}

/** The values of a named example. */
export interface ConsoleExample {
  name: string
  summary: string
  /** Whether the request violates the contract. */
  isInvalid: boolean
  /** By location and name, such as `path userId`. */
  parameters: Record<string, string>
  /** The JSON of the body. */
  body?: unknown
}

export interface ConsoleResponse {
  status: number
  description: string
  examples: string[]
}

/** Reduces a contract to the parts that the console shows. */
export function consoleContract(api: Api, document: Document): ConsoleContract {
  return {
    variant: api.name,
    servers: { ...(api.server && { sandbox: defaultServerPath(api) }), mock: mockPath(api) },
    schemes: Object.fromEntries(
      [...credentialsByScheme(document)].map(([name, credential]) => [name, schemeOf(credential)]),
    ),
    operations: endpointsOf(document).map((endpoint) => operationOf(api, document, endpoint)),
  }
}

function schemeOf(credential: Credential): ConsoleScheme {
  const { scheme, kind, in: place, name, prefix, description } = credential
  return {
    ...{ place, name, prefix },
    isKey: kind === 'bearer' || place === 'cookie' ? /key/i.test(scheme) : true,
    // The example is in the list of keys.
    description: firstParagraph(description).replace(/ Example: \S+$/, ''),
    example: exampleOf(credential),
  }
}

function operationOf(api: Api, document: Document, endpoint: Endpoint): ConsoleOperation {
  const { operation, method, path } = endpoint
  const { operationId: id = '', summary = id, description = '', tags: [tag = 'other'] = [] } = operation
  const body = operation.requestBody && resolveRef(document, operation.requestBody)
  const { mediaType } = requestMedia(document, operation) ?? {}
  const responses = responsesOf(document, endpoint)
  const successes = responses.filter(({ status }) => status < 400)
  return {
    id,
    tag,
    reference: `/docs/${api.name}/${referenceAnchor(operation)}`,
    method: method.toUpperCase(),
    path,
    summary,
    description: firstParagraph(description),
    parameters: parametersOf(document, endpoint),
    ...(mediaType !== undefined && { body: { mediaType, isRequired: body?.required ?? false } }),
    examples: examplesOf(document, endpoint),
    security: requirementsOf(document, operation).map(Object.keys),
    responses,
    isRedirect: successes.length > 0 && successes.every(({ status }) => status >= 300),
  }
}

function parametersOf(document: Document, { parameters }: Endpoint): ConsoleParameter[] {
  return parameters.map((node) => {
    const {
      name,
      in: location,
      required = false,
      description = '',
      schema = {},
      examples = {},
    } = resolveRef(document, node)
    const { enum: allowed } = resolveRef(document, schema)
    const values = allowed ?? Object.values(examples).map((example) => resolveRef(document, example).value)
    return {
      name,
      in: location,
      isRequired: required,
      description: plainText(description),
      values: [...new Set(values.map(String))],
    }
  })
}

function examplesOf(document: Document, endpoint: Endpoint): ConsoleExample[] {
  const { operation, parameters } = endpoint
  const content = operation.requestBody ? resolveRef(document, operation.requestBody).content : {}
  const parts = [...Object.values(content ?? {}), ...parameters.map((node) => resolveRef(document, node))]
  const valid = new Set(parts.flatMap(({ examples = {} }) => Object.keys(examples)))
  const summaries = parts.flatMap(({ examples = {}, 'x-invalid-examples': invalid = {} }) =>
    Object.entries({ ...invalid, ...examples }).map(
      ([name, example]) => [name, resolveRef(document, example).summary ?? ''] as const,
    ),
  )
  const names = requestExampleNames(document, endpoint)
  return (names.length > 0 ? names : ['ok']).map((name) => {
    const { pathParameters, query, headers, body } = exampleRequest(document, endpoint, name)
    const byLocation = { path: pathParameters, query, header: headers }
    return {
      name,
      summary: summaries.find(([other, summary]) => other === name && summary)?.[1] ?? '',
      isInvalid: names.length > 0 && !valid.has(name),
      parameters: Object.fromEntries(
        Object.entries(byLocation).flatMap(([location, values]) =>
          Object.entries(values).map(([key, value]) => [`${location} ${key}`, value]),
        ),
      ),
      ...(body && { body: body.value }),
    }
  })
}

function responsesOf(document: Document, { operation }: Endpoint): ConsoleResponse[] {
  const examples = exampleResponses(document, operation.operationId ?? '')
  const keys = Object.keys(operation.responses ?? {})
  return Object.entries(operation.responses ?? {}).map(([key, response]) => ({
    status: statusOf(key, keys),
    description: firstParagraph(resolveRef(document, response).description ?? ''),
    examples: (examples?.get(statusOf(key, keys)) ?? []).flatMap(({ name }) => name ?? []),
  }))
}

const firstParagraph = (markdown: string): string => plainText(markdown).split('\n')[0] ?? ''
