import { OpenAPIHono, type RouteConfig, type z } from '@hono/zod-openapi'
import type { Document, Header, Parameter, Schema } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { isRef, resolveRef } from '../../src/openapi/resolve-ref.ts'

/** The exports of a generated `routes.ts`. */
export interface Generated {
  routes: Record<string, RouteConfig>
  schemas: Record<string, z.ZodType>
  securitySchemes: Record<string, object>
}

/**
 * Returns the document that a server with these routes emits. Title, tags and the like come from the
 * contract.
 */
export function emittedDocument(
  { routes, schemas, securitySchemes }: Generated,
  contract: Document,
): Document {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono()
  for (const [name, schema] of Object.entries(schemas)) registry.register(name, schema)
  for (const [name, scheme] of Object.entries(securitySchemes)) {
    registry.registerComponent('securitySchemes', name, scheme as never)
  }
  for (const route of Object.values(routes)) registry.registerPath(route)
  const { paths: _, components: __, ...rest } = contract
  return JSON.parse(JSON.stringify(getOpenAPI31Document(rest as never)))
}

/**
 * Normalizes a document for comparison: removes examples, copies shared security and parameters into each
 * operation, sets every `required`, and inlines everything except schemas and security schemes.
 */
export function normalized(document: Document): Document {
  const {
    webhooks: _,
    components = {},
    ...rest
  } = structuredClone(document) as Document & { webhooks?: object }
  const { schemas = {}, securitySchemes = {} } = components
  const paths: NonNullable<Document['paths']> = {}
  for (const { path, method, operation, parameters } of endpointsOf(document)) {
    const { requestBody, responses = {}, security = document.security ?? [], ...about } = operation
    const body = requestBody && resolveRef(document, requestBody)
    const fields = parameters.map((node) => withoutExamples(resolveRef(document, node)))
    paths[path] = {
      ...paths[path],
      [method]: {
        ...about,
        security,
        parameters: fields.map(withRequired).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
        ...(body && { requestBody: { ...body, content: mapValues(body.content, withoutExamples) } }),
        responses: mapValues(responses, (node) => {
          const { headers, content, ...response } = resolveRef(document, node)
          return {
            ...response,
            headers: mapValues(headers, (header) =>
              withRequired(withoutExamples(resolveRef<Header>(document, header))),
            ),
            content: mapValues(content, withoutExamples),
          }
        }),
      },
    }
  }
  return { ...rest, paths, components: { schemas, securitySchemes } }
}

/** Replaces all references with their targets, except where a schema contains itself. */
export function dereferenced(document: Document, node: unknown, ancestors: string[] = []): unknown {
  if (Array.isArray(node)) return node.map((item) => dereferenced(document, item, ancestors))
  if (typeof node !== 'object' || node === null) return node
  if (!isRef(node))
    return mapValues(node as Record<string, unknown>, (value) => dereferenced(document, value, ancestors))
  if (ancestors.includes(node.$ref)) return node
  return dereferenced(document, resolveRef<Schema>(document, node), [...ancestors, node.$ref])
}

const keyOf = (parameter: Parameter): string => `${parameter.in} ${parameter.name}`

const withRequired = <T extends { required?: boolean }>(node: T) => ({
  ...node,
  required: node.required ?? false,
})

function withoutExamples<T extends object>(node: T): T {
  const kept = Object.entries(node).filter(
    ([key]) => !['example', 'examples', 'x-invalid-examples'].includes(key),
  )
  return Object.fromEntries(kept) as T
}

const mapValues = <T, R>(nodes: Record<string, T> = {}, change: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(nodes).map(([key, value]) => [key, change(value)]))
