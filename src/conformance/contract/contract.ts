import { type Locate, locateIn } from '../../contract-files/source-location.ts'
import { requirementsOf } from '../../openapi/credentials.ts'
import type {
  Document,
  Header,
  MediaType,
  Method,
  Parameter,
  RequestBody,
  Response,
  Schema,
  SecurityRequirement,
} from '../../openapi/document.ts'
import { chooseMediaType, findMediaType } from '../../openapi/media-type.ts'
import { endpointsOf, pointerOfParameter } from '../../openapi/operations.ts'
import { createRouter, type PathRouter } from '../../openapi/path-router.ts'
import { escapePointer, toPointer } from '../../openapi/pointer.ts'
import { isReserved } from '../../openapi/read-parameter.ts'
import { followRef } from '../../openapi/resolve-ref.ts'
import { createSchemaCheck, type SchemaCheck, type TextCheck, type UnusableSchema } from './schema-check.ts'

/** A contract that a server is judged by. */
export interface Contract {
  /** The name of the API or of the file. */
  name: string
  document: Document
  operations: Operation[]
  /** Validates a value against the schema at a JSON Pointer. */
  checkSchema: SchemaCheck
  /** Validates text that stands for other types, such as that of a parameter. */
  checkText: TextCheck
  /** The schemas that turned out to be unusable so far. */
  unusableSchemas: UnusableSchema[]
  /** Finds the file and line of a JSON Pointer. */
  locate: Locate
}

/** An operation with all references resolved. */
export interface Operation {
  /** The `operationId`, or the method and path. */
  id: string
  method: Method
  path: string
  /** Without the headers that the body and security describe. */
  parameters: Located<Parameter>[]
  body: Located<RequestBody> | undefined
  /** The key is a status such as `200`, a range such as `4XX`, or `default`. */
  responses: Map<string, Located<Response>>
  /** The alternatives; an empty object means that the operation can be called without credentials. */
  security: SecurityRequirement[]
  /** False for a GET with effects. */
  isSafe: boolean
}

/** A node of the document and its JSON Pointer, after references were followed. */
export interface Located<Node> {
  node: Node
  pointer: string
}

/**
 * Prepares a bundled document.
 * @param name the name of the API or of the file, for reports
 * @param text the source of the document in JSON or YAML, for line numbers
 */
export function createContract(name: string, document: Document, text: string): Contract {
  const { check, checkText, unusable } = createSchemaCheck(document)
  return {
    name,
    document,
    operations: operationsOf(document),
    checkSchema: check,
    checkText,
    unusableSchemas: unusable,
    locate: locateIn(name, text),
  }
}

function operationsOf(document: Document): Operation[] {
  return endpointsOf(document).map((endpoint) => {
    const { path, method, operation, parameters } = endpoint
    const pointer = toPointer('paths', path, method)
    const responses = Object.entries(operation.responses ?? {}).map(
      ([status, response]) =>
        [status, followRef<Response>(document, response, `${pointer}/responses/${status}`)] as const,
    )
    return {
      id: operation.operationId ?? `${method.toUpperCase()} ${path}`,
      method,
      path,
      parameters: parameters
        .map((parameter) =>
          followRef<Parameter>(document, parameter, pointerOfParameter(document, endpoint, parameter)),
        )
        .filter(({ node }) => !isReserved(node)),
      body:
        operation.requestBody &&
        followRef<RequestBody>(document, operation.requestBody, `${pointer}/requestBody`),
      responses: new Map(responses),
      security: requirementsOf(document, operation),
      isSafe: operation['x-safe'] ?? (method === 'get' || method === 'head' || method === 'options'),
    }
  })
}

/** Finds the key of the declared response for a status: exact, range or `default` (OpenAPI 3.1, §4.8.16). */
export function responseKey({ responses }: Operation, status: number): string | undefined {
  return [String(status), `${Math.floor(status / 100)}XX`, 'default'].find((key) => responses.has(key))
}

/** Finds the declared response for a status. */
export function responseFor(operation: Operation, status: number): Located<Response> | undefined {
  return operation.responses.get(responseKey(operation, status) ?? '')
}

/** Returns the headers that a response declares, by name in lower case. */
export function headersOf(
  document: Document,
  { node, pointer }: Located<Response>,
): Map<string, Located<Header>> {
  const entries = Object.entries(node.headers ?? {}).map(
    ([name, header]) =>
      [
        name.toLowerCase(),
        followRef<Header>(document, header, `${pointer}/headers/${escapePointer(name)}`),
      ] as const,
  )
  return new Map(entries)
}

/** Returns the media type that tests send or expect: JSON if declared, else the first. */
export function mediaTypeOf(
  content: Located<{ content?: Record<string, MediaType> }>,
): (Located<MediaType> & { type: string }) | undefined {
  return mediaTypeAt(content, chooseMediaType(Object.keys(content.node.content ?? {})))
}

/** Returns the schema of a parameter or media type. That of a parameter can stand in a media type. */
export function schemaOf({ node, pointer }: Located<Parameter | MediaType>): Located<Schema> | undefined {
  if (node.schema) return { node: node.schema, pointer: `${pointer}/schema` }
  const [type, media] = Object.entries(('content' in node && node.content) || {})[0] ?? []
  if (type === undefined || !media?.schema) return undefined
  return { node: media.schema, pointer: `${pointer}/content/${escapePointer(type)}/schema` }
}

/** Finds the declared media type that a Content-Type belongs to. */
export function mediaTypeFor(
  content: Located<{ content?: Record<string, MediaType> }>,
  contentType: string | null,
): (Located<MediaType> & { type: string }) | undefined {
  return mediaTypeAt(content, findMediaType(Object.keys(content.node.content ?? {}), contentType ?? ''))
}

function mediaTypeAt(
  { node, pointer }: Located<{ content?: Record<string, MediaType> }>,
  type: string | undefined,
): (Located<MediaType> & { type: string }) | undefined {
  const media = type === undefined ? undefined : node.content?.[type]
  if (type === undefined || media === undefined) return undefined
  return { type, node: media, pointer: `${pointer}/content/${escapePointer(type)}` }
}

const routers = new WeakMap<Operation[], PathRouter<Operation>>()

/** Finds the operation that a request reaches, by the same rules as the mock. */
export function findOperation(
  operations: Operation[],
  method: string,
  pathname: string,
): Operation | undefined {
  const router = routers.get(operations) ?? createRouter(operations)
  routers.set(operations, router)
  return router.match(method.toLowerCase() as Method, pathname)?.endpoint
}
