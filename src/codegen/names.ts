import type { Content, Document, Header, Ref, RequestBody, Response, Schema } from '../openapi/document.ts'
import { type Endpoint, endpointsOf } from '../openapi/operations.ts'
import { isRef, refName } from '../openapi/resolve-ref.ts'

/** All schemas that get a zod schema, with their names. */
export interface Names {
  schemas: Record<string, Schema>
  nameOf: (schema: Schema) => string
}

/**
 * Names the schemas of a contract. Shared schemas keep their names if these are valid identifiers. An inline
 * schema is named after its body, parameter or header (`SignInBody`, `SignIn429RetryAfter`).
 */
export function nameSchemas(document: Document): Names {
  const { schemas = {}, parameters, headers, requestBodies, responses } = document.components ?? {}
  const named: Record<string, Schema> = {}
  const components = new Map<string, string>()
  const inlineNames = new Map<Schema, string>()

  const nameInline = (schema: Schema | undefined, ...words: string[]) => {
    if (!schema || isRef(schema) || inlineNames.has(schema)) return
    const name = uniqueName(words.map(toPascalCase).join(''), named)
    named[name] = schema
    inlineNames.set(schema, name)
  }
  const addContent = (content: Content = {}, ...words: string[]) => {
    const types = Object.entries(content)
    for (const [type, { schema }] of types) nameInline(schema, ...words, 'body', types.length > 1 ? type : '')
  }
  const addResponse = (response: Response, ...words: string[]) => {
    for (const [name, header] of withoutRefs(response.headers)) nameInline(schemaOf(header), ...words, name)
    addContent(response.content, ...words)
  }
  const addEndpoint = ({ operation: { operationId = '', requestBody, responses }, parameters }: Endpoint) => {
    for (const parameter of parameters) {
      if (!isRef(parameter)) nameInline(schemaOf(parameter), operationId, parameter.in, parameter.name)
    }
    if (requestBody && !isRef(requestBody)) addContent(requestBody.content, operationId)
    for (const [status, response] of withoutRefs(responses)) addResponse(response, operationId, status)
  }

  for (const [name, schema] of Object.entries(schemas)) {
    const identifier = uniqueName(/^[A-Za-z]\w*$/.test(name) ? name : toPascalCase(name), named)
    components.set(name, identifier)
    named[identifier] = schema
  }
  for (const [name, parameter] of withoutRefs(parameters)) nameInline(schemaOf(parameter), name, 'parameter')
  for (const [name, header] of withoutRefs(headers)) nameInline(schemaOf(header), name, 'header')
  for (const [name, body] of withoutRefs<RequestBody>(requestBodies)) addContent(body.content, name)
  for (const [name, response] of withoutRefs(responses)) addResponse(response, name)
  for (const endpoint of endpointsOf(document)) addEndpoint(endpoint)

  const nameOf = (schema: Schema): string => {
    const name = isRef(schema) ? components.get(refName(schema)) : inlineNames.get(schema)
    if (!name) throw new Error('The schema has no name, because it belongs to no body, parameter or header.')
    return name
  }
  return { schemas: named, nameOf }
}

/** Returns the entries that are not references. */
function withoutRefs<T extends object>(nodes: Record<string, T | Ref> = {}): [string, T][] {
  return Object.entries(nodes).flatMap(([name, node]) => (isRef(node) ? [] : [[name, node]]))
}

/** Returns the schema of a parameter or header, also of one with a media type. */
const schemaOf = ({ schema, content = {} }: Header): Schema | undefined =>
  schema ?? Object.values(content)[0]?.schema

/** Converts `retry-after` to `RetryAfter`. */
export function toPascalCase(words: string): string {
  return words.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9]?)/g, (_, letter: string) => letter.toUpperCase())
}

/** Returns a name that is not a property of an object, with a number if needed. */
export function uniqueName(name: string, taken: object): string {
  let candidate = name
  for (let count = 2; Object.hasOwn(taken, candidate); count++) candidate = `${name}${count}`
  return candidate
}
