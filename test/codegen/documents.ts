import { OpenAPIHono, type RouteConfig, type z } from '@hono/zod-openapi'
import type { Document, Header, Parameter, Schema } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { isRef, resolveRef } from '../../src/openapi/resolve-ref.ts'

/** What a generated `routes.ts` exports. */
export interface Generated {
  routes: Record<string, RouteConfig>
  schemas: Record<string, z.ZodType>
  securitySchemes: Record<string, object>
}

/** The document that a server with these routes emits; what no route can know (title, tags, ...) is the contract's. */
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
 * The same API in one way of writing: without examples, with every operation's own security and parameters, with
 * `required` said outright, and with nothing shared but the schemas and security schemes.
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
        parameters: fields.map(requiredSaid).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
        ...(body && { requestBody: { ...body, content: mapValues(body.content, withoutExamples) } }),
        responses: mapValues(responses, (node) => {
          const { headers, content, ...response } = resolveRef(document, node)
          return {
            ...response,
            headers: mapValues(headers, (header) =>
              requiredSaid(withoutExamples(resolveRef<Header>(document, header))),
            ),
            content: mapValues(content, withoutExamples),
          }
        }),
      },
    }
  }
  return { ...rest, paths, components: { schemas, securitySchemes } }
}

/** A schema with everything that it refers to in its place, down to where it would repeat itself. */
export function dereferenced(document: Document, node: unknown, above: string[] = []): unknown {
  if (Array.isArray(node)) return node.map((item) => dereferenced(document, item, above))
  if (typeof node !== 'object' || node === null) return node
  if (!isRef(node))
    return mapValues(node as Record<string, unknown>, (value) => dereferenced(document, value, above))
  if (above.includes(node.$ref)) return node
  return dereferenced(document, resolveRef<Schema>(document, node), [...above, node.$ref])
}

const keyOf = (parameter: Parameter): string => `${parameter.in} ${parameter.name}`

const requiredSaid = <T extends { required?: boolean }>(node: T) => ({
  ...node,
  required: node.required ?? false,
})

function withoutExamples<T extends object>(node: T): T {
  const kept = Object.entries(node).filter(
    ([key]) => !['example', 'examples', 'x-invalid-examples'].includes(key),
  )
  return Object.fromEntries(kept) as T
}

const mapValues = <T, R>(members: Record<string, T> = {}, change: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(members).map(([key, value]) => [key, change(value)]))
