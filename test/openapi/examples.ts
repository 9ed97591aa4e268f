import { z } from '@hono/zod-openapi'
import type { Document, Exemplified, Schema } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { isRef, resolveRef } from '../../src/openapi/resolve-ref.ts'
import type { Generated } from '../codegen/documents.ts'

/** An example of a contract: its location, value and schema, and whether it is expected to be valid. */
export interface Example {
  location: string
  value: unknown
  schema: Schema
  zod?: z.ZodType | undefined
  isValid: boolean
}

/** Returns all examples of bodies, parameters and response headers. */
export function examplesOf(document: Document, { routes }: Pick<Generated, 'routes'>): Example[] {
  return endpointsOf(document).flatMap(({ operation, parameters }) => {
    const id = operation.operationId ?? ''
    const route = routes[id]
    const examples: Example[] = []
    const add = (location: string, node: Exemplified & { schema?: Schema }, zod: unknown) => {
      const { schema = {} } = node
      const context = { schema, zod: zod instanceof z.ZodType ? zod : undefined }
      for (const [name, value] of namedValues(document, node)) {
        examples.push({ location: `${id} ${location} ${name}`, value, ...context, isValid: true })
      }
      for (const [name, value] of namedValues(document, { examples: node['x-invalid-examples'] ?? {} })) {
        examples.push({ location: `${id} ${location} ${name}`, value, ...context, isValid: false })
      }
    }

    for (const node of parameters) {
      const parameter = resolveRef(document, node)
      add(parameter.name, parameter, property(route?.request?.[routeGroups[parameter.in]], parameter.name))
    }
    const body = operation.requestBody && resolveRef(document, operation.requestBody)
    for (const [type, mediaType] of Object.entries(body?.content ?? {})) {
      add(`body ${type}`, mediaType, schemaIn(route?.request?.body?.content, type))
    }
    for (const [status, node] of Object.entries(operation.responses ?? {})) {
      const { headers = {}, content = {} } = resolveRef(document, node)
      const declared = route?.responses[status] as { headers?: unknown; content?: object } | undefined
      for (const [name, header] of Object.entries(headers)) {
        add(`${status} ${name}`, resolveRef(document, header), property(declared?.headers, name))
      }
      for (const [type, mediaType] of Object.entries(content)) {
        add(`${status} ${type}`, mediaType, schemaIn(declared?.content, type))
      }
    }
    return examples
  })
}

/** Returns all examples and defaults within schemas. */
export function schemaExamplesOf(document: Document): Example[] {
  const examples: Example[] = []
  const visit = (schema: Schema & { example?: unknown; examples?: unknown[] }, location: string) => {
    const { example, examples: several = [], default: fallback } = schema
    for (const value of [example, fallback, ...several]) {
      if (value !== undefined) examples.push({ location, value, schema, isValid: true })
    }
    for (const [name, inner] of Object.entries(schema.properties ?? {})) visit(inner, `${location}.${name}`)
    for (const inner of [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])])
      visit(inner, location)
    if (schema.items) visit(schema.items, `${location}[]`)
    if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, `${location}.*`)
  }
  for (const { location, schema } of topLevelSchemas(document)) visit(schema, location)
  return examples
}

/** Returns the schemas that are not part of another schema. */
export function topLevelSchemas(document: Document): { location: string; schema: Schema }[] {
  const found = Object.entries(document.components?.schemas ?? {}).map(([location, schema]) => ({
    location,
    schema,
  }))
  const add = (location: string, schema: Schema | undefined) => {
    if (schema && !isRef(schema)) found.push({ location, schema })
  }
  for (const { operation, parameters } of endpointsOf(document)) {
    const id = operation.operationId ?? ''
    for (const node of parameters) add(id, resolveRef(document, node).schema)
    const body = operation.requestBody && resolveRef(document, operation.requestBody)
    for (const { schema } of Object.values(body?.content ?? {})) add(id, schema)
    for (const [status, node] of Object.entries(operation.responses ?? {})) {
      const { headers = {}, content = {} } = resolveRef(document, node)
      for (const header of Object.values(headers)) add(`${id} ${status}`, resolveRef(document, header).schema)
      for (const { schema } of Object.values(content)) add(`${id} ${status}`, schema)
    }
  }
  return found
}

/** Returns all strings within a value, at any depth. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function namedValues(
  document: Document,
  { example, examples = {} }: Exemplified,
): [name: string, value: unknown][] {
  const named = Object.entries(examples).map(([name, node]): [string, unknown] => [
    name,
    resolveRef(document, node).value,
  ])
  return example === undefined ? named : [['(example)', example], ...named]
}

/** The groups of parameters in a generated route, by the location of the parameter. */
const routeGroups = { path: 'params', query: 'query', header: 'headers', cookie: 'cookies' } as const

const property = (object: unknown, name: string): unknown =>
  object instanceof z.ZodObject ? object.shape[name] : undefined

const schemaIn = (content: object | undefined, type: string): unknown =>
  (content as Record<string, { schema?: unknown }> | undefined)?.[type]?.schema
