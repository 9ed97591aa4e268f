import { z } from '@hono/zod-openapi'
import type { Document, Exemplified, Schema } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { isRef, resolveRef } from '../../src/openapi/resolve-ref.ts'
import type { Generated } from '../codegen/documents.ts'

/** An example of a contract: where it stands, what it is an example of, and whether it is meant to be right. */
export interface Example {
  place: string
  value: unknown
  schema: Schema
  zod?: z.ZodType | undefined
  isValid: boolean
}

/** Every example outside the schemas: of bodies, parameters and response headers. */
export function examplesOf(document: Document, { routes }: Pick<Generated, 'routes'>): Example[] {
  return endpointsOf(document).flatMap(({ operation, parameters }) => {
    const id = operation.operationId ?? ''
    const route = routes[id]
    const examples: Example[] = []
    const add = (place: string, node: Exemplified & { schema?: Schema }, zod: unknown) => {
      const { schema = {} } = node
      const context = { schema, zod: zod instanceof z.ZodType ? zod : undefined }
      for (const [name, value] of namedValues(document, node)) {
        examples.push({ place: `${id} ${place} ${name}`, value, ...context, isValid: true })
      }
      for (const [name, value] of namedValues(document, { examples: node['x-invalid-examples'] ?? {} })) {
        examples.push({ place: `${id} ${place} ${name}`, value, ...context, isValid: false })
      }
    }

    for (const node of parameters) {
      const parameter = resolveRef(document, node)
      add(parameter.name, parameter, member(route?.request?.[groupOf[parameter.in]], parameter.name))
    }
    const body = operation.requestBody && resolveRef(document, operation.requestBody)
    for (const [type, mediaType] of Object.entries(body?.content ?? {})) {
      add(`body ${type}`, mediaType, schemaIn(route?.request?.body?.content, type))
    }
    for (const [status, node] of Object.entries(operation.responses ?? {})) {
      const { headers = {}, content = {} } = resolveRef(document, node)
      const declared = route?.responses[status] as { headers?: unknown; content?: object } | undefined
      for (const [name, header] of Object.entries(headers)) {
        add(`${status} ${name}`, resolveRef(document, header), member(declared?.headers, name))
      }
      for (const [type, mediaType] of Object.entries(content)) {
        add(`${status} ${type}`, mediaType, schemaIn(declared?.content, type))
      }
    }
    return examples
  })
}

/** Every example that stands within a schema, and every default. */
export function schemaExamplesOf(document: Document): Example[] {
  const examples: Example[] = []
  const visit = (schema: Schema & { example?: unknown; examples?: unknown[] }, place: string) => {
    const { example, examples: several = [], default: fallback } = schema
    for (const value of [example, fallback, ...several]) {
      if (value !== undefined) examples.push({ place, value, schema, isValid: true })
    }
    for (const [name, property] of Object.entries(schema.properties ?? {}))
      visit(property, `${place}.${name}`)
    for (const inner of [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])])
      visit(inner, place)
    if (schema.items) visit(schema.items, `${place}[]`)
    if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, `${place}.*`)
  }
  for (const { place, schema } of topLevelSchemas(document)) visit(schema, place)
  return examples
}

/** Each schema that is not part of another one. */
export function topLevelSchemas(document: Document): { place: string; schema: Schema }[] {
  const found = Object.entries(document.components?.schemas ?? {}).map(([place, schema]) => ({
    place,
    schema,
  }))
  const add = (place: string, schema: Schema | undefined) => {
    if (schema && !isRef(schema)) found.push({ place, schema })
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

/** The texts in a value, at any depth. */
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

const groupOf = { path: 'params', query: 'query', header: 'headers', cookie: 'cookies' } as const

const member = (object: unknown, name: string): unknown =>
  object instanceof z.ZodObject ? object.shape[name] : undefined

const schemaIn = (content: object | undefined, type: string): unknown =>
  (content as Record<string, { schema?: unknown }> | undefined)?.[type]?.schema
