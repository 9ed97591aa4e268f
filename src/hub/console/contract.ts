import { type Api, defaultServerPath, mockPath } from '../../catalog/api.ts'
import {
  type Credential,
  credentialsByScheme,
  exampleSecret,
  requirementsOf,
} from '../../openapi/credentials.ts'
import type { Document } from '../../openapi/document.ts'
import { exampleResponses } from '../../openapi/examples.ts'
import { type Endpoint, endpointsOf } from '../../openapi/operations.ts'
import { referenceAnchor } from '../../openapi/reference-anchor.ts'
import { resolveRef } from '../../openapi/resolve-ref.ts'
import { statusOf } from '../../openapi/status.ts'
import { plainText } from '../../search/plain-text.ts'
import { bodiesOf, type ConsoleBody } from './body.ts'
import { type ConsoleExample, examplesOf } from './example.ts'
import { type ConsoleParameter, parametersOf } from './parameter.ts'

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
  /** A user name and password (`basic`) are sent in Base64. */
  kind: Credential['kind']
  /** The text before the credential. */
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
  /** The body in each media type; the first one is the default. None if the operation has no body. */
  bodies: ConsoleBody[]
  isBodyRequired: boolean
  /** At least one. */
  examples: ConsoleExample[]
  /** The schemes of each alternative. None if the operation needs no credentials. */
  security: string[][]
  responses: ConsoleResponse[]
  /** Whether every success is a redirect, which browsers follow. */
  isRedirect: boolean
}

export interface ConsoleResponse {
  /** Its key in the contract: a status, a range such as `4XX`, or `default`. */
  key: string
  /** A status that the key stands for. */
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
    ...{ place, name, kind, prefix },
    isKey: kind === 'bearer' || place === 'cookie' ? /key/i.test(scheme) : true,
    // The example is in the list of keys.
    description: firstParagraph(description).replace(/ Example: \S+$/, ''),
    example: exampleSecret(credential),
  }
}

function operationOf(api: Api, document: Document, endpoint: Endpoint): ConsoleOperation {
  const { operation, method, path } = endpoint
  const { operationId: id = '', summary = id, description = '', tags: [tag = 'other'] = [] } = operation
  const requestBody = operation.requestBody && resolveRef(document, operation.requestBody)
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
    bodies: bodiesOf(document, operation).map(({ body }) => body),
    isBodyRequired: requestBody?.required ?? false,
    examples: examplesOf(document, endpoint),
    security: requirementsOf(document, operation).map(Object.keys),
    responses,
    isRedirect: successes.length > 0 && successes.every(({ status }) => status >= 300),
  }
}

function responsesOf(document: Document, { operation }: Endpoint): ConsoleResponse[] {
  const examples = exampleResponses(document, operation.operationId ?? '')
  const keys = Object.keys(operation.responses ?? {})
  return Object.entries(operation.responses ?? {}).map(([key, response]) => ({
    key,
    status: statusOf(key, keys),
    description: firstParagraph(resolveRef(document, response).description ?? ''),
    examples: (examples?.get(statusOf(key, keys)) ?? []).flatMap(({ name }) => name ?? []),
  }))
}

const firstParagraph = (markdown: string): string => plainText(markdown).split('\n')[0] ?? ''
