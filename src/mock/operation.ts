import { type Credential, credentialsOf, requirementsOf, undeclaredSchemes } from '../openapi/credentials.ts'
import type {
  Document,
  Encoding,
  Exemplified,
  Header,
  MediaType,
  Method,
  Parameter,
  Ref,
  RequestBody,
  Response,
} from '../openapi/document.ts'
import { type Endpoint, endpointsOf, pointerOfParameter } from '../openapi/operations.ts'
import { escapePointer, toPointer } from '../openapi/pointer.ts'
import type { ParameterFormat } from '../openapi/read-parameter.ts'
import { followRef, resolveRef } from '../openapi/resolve-ref.ts'

/** An operation with all references outside of schemas resolved. */
export interface Operation {
  operationId: string
  method: Method
  path: string
  /** The JSON Pointer of the operation. */
  pointer: string
  parameters: DeclaredParameter[]
  body: DeclaredBody | undefined
  responses: DeclaredResponse[]
  /** The alternatives, each of which is a list of credentials that belong together. None if all may call it. */
  security: Credential[][]
  /** The security schemes that the operation names, but the contract does not declare. */
  undeclaredSchemes: string[]
}

interface DeclaredParameter extends Part, ParameterFormat {
  required: boolean
}

export interface DeclaredBody {
  required: boolean
  contents: Content[]
}

export interface Content extends Part {
  mediaType: string
  encoding: Record<string, Encoding>
}

export interface DeclaredResponse {
  /** A status such as `200`, a range such as `4XX`, or `default`. */
  code: string
  headers: DeclaredHeader[]
  contents: Content[]
}

export interface DeclaredHeader extends Part {
  name: string
  required: boolean
}

/** A part of a message that has a schema and examples. */
interface Part {
  /** The JSON Pointer of the schema. */
  schema: string | undefined
  examples: Example[]
}

export interface Example {
  /** Undefined for the value of the keyword `example`. */
  name: string | undefined
  value: unknown
}

/** Reads all operations of a document. */
export function loadOperations(document: Document): Operation[] {
  return endpointsOf(document).map((endpoint) => readOperation(document, endpoint))
}

/** Reads one operation of a document. */
export function readOperation(document: Document, endpoint: Endpoint): Operation {
  const { path, method, operation, parameters } = endpoint
  const pointer = toPointer('paths', path, method)
  const requirements = requirementsOf(document, operation)
  return {
    operationId: operation.operationId ?? `${method.toUpperCase()} ${path}`,
    method,
    path,
    pointer,
    parameters: parameters.map((node) =>
      readParameter(document, node, pointerOfParameter(document, endpoint, node)),
    ),
    body: operation.requestBody && readBody(document, operation.requestBody, `${pointer}/requestBody`),
    responses: Object.entries(operation.responses ?? {})
      .filter(([code]) => !code.startsWith('x-'))
      .map(([code, node]) =>
        readResponse(document, code, node, `${pointer}/responses/${escapePointer(code)}`),
      ),
    security: requirements.map((requirement) => credentialsOf(document, requirement)),
    undeclaredSchemes: undeclaredSchemes(document, requirements),
  }
}

function readParameter(document: Document, declared: Parameter | Ref, at: string): DeclaredParameter {
  const { node, pointer } = followRef(document, declared, at)
  const [mediaType] = Object.keys(node.content ?? {})
  return {
    name: node.name,
    in: node.in,
    required: node.required ?? node.in === 'path',
    style: node.style,
    explode: node.explode,
    mediaType,
    ...readPart(document, node, pointer),
  }
}

function readBody(document: Document, declared: RequestBody | Ref, at: string): DeclaredBody {
  const { node, pointer } = followRef(document, declared, at)
  return { required: node.required ?? false, contents: readContents(document, node.content, pointer) }
}

function readResponse(
  document: Document,
  code: string,
  declared: Response | Ref,
  at: string,
): DeclaredResponse {
  const { node, pointer } = followRef(document, declared, at)
  return {
    code: code.toUpperCase().replace('DEFAULT', 'default'),
    headers: Object.entries(node.headers ?? {}).map(([name, header]) => {
      const found = followRef<Header>(document, header, `${pointer}/headers/${escapePointer(name)}`)
      return {
        name,
        required: found.node.required ?? false,
        ...readPart(document, found.node, found.pointer),
      }
    }),
    contents: readContents(document, node.content, pointer),
  }
}

function readContents(
  document: Document,
  content: Record<string, MediaType> = {},
  pointer: string,
): Content[] {
  return Object.entries(content).map(([mediaType, media]) => ({
    mediaType,
    encoding: media.encoding ?? {},
    ...readPart(document, media, `${pointer}/content/${escapePointer(mediaType)}`),
  }))
}

/** Reads schema and examples. Those of a parameter or header can be below its only media type. */
function readPart(
  document: Document,
  node: Exemplified & { schema?: unknown; content?: Record<string, MediaType> },
  pointer: string,
): Part {
  const [type, media] = Object.entries(node.content ?? {})[0] ?? []
  if (type && media) return readPart(document, media, `${pointer}/content/${escapePointer(type)}`)
  const { example, examples = {}, 'x-invalid-examples': invalid = {} } = node
  const named = Object.entries({ ...examples, ...invalid }).flatMap(([name, entry]): Example[] => {
    const resolved = resolveRef(document, entry)
    // An external value is left to the reader.
    return 'value' in resolved ? [{ name, value: resolved.value }] : []
  })
  return {
    schema: node.schema === undefined ? undefined : `${pointer}/schema`,
    examples: [...named, ...(example === undefined ? [] : [{ name: undefined, value: example }])],
  }
}

/** Returns the names of the examples of a part. */
export const exampleNamesOf = ({ examples }: Pick<Part, 'examples'>): string[] =>
  examples.flatMap(({ name }) => (name === undefined ? [] : [name]))

/** Returns the names of a response's examples, including those of headers, because a redirect has no body. */
export function responseExampleNames({ contents, headers }: DeclaredResponse): string[] {
  return [...new Set([...contents, ...headers].flatMap(exampleNamesOf))]
}
