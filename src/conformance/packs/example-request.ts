import type { Document, Exemplified, Parameter, Schema } from '../../openapi/document.ts'
import { resolveRef } from '../../openapi/resolve-ref.ts'
import { type Contract, mediaTypeOf, type Operation } from '../contract/contract.ts'
import type { RequestData } from '../exchange.ts'

/** A request in parts, so that a test can replace one of them. */
export interface RequestParts {
  method: string
  /** The path template of the operation. */
  template: string
  path: Record<string, string>
  query: Record<string, string | string[]>
  headers: Record<string, string | string[]>
  mediaType: string | undefined
  body: unknown
}

/** Returns the names of the examples of a request, in the order of the contract. */
export function exampleNames({ document }: Contract, operation: Operation): string[] {
  const media = operation.body && mediaTypeOf(operation.body)
  const parts = [...(media ? [media.node] : []), ...operation.parameters.map(({ node }) => node)]
  return [...new Set(parts.flatMap((part) => Object.keys(examplesOf(document, part))))]
}

/**
 * Builds the request of a named example. Each part takes its example of that name, or else its first one.
 * Optional parameters are only sent if they have an example of that name.
 */
export function exampleRequest({ document }: Contract, operation: Operation, name?: string): RequestParts {
  const media = operation.body && mediaTypeOf(operation.body)
  const values = (location: Parameter['in']) =>
    Object.fromEntries(
      operation.parameters.flatMap(({ node }) => {
        if (node.in !== location) return []
        const isNamed = name !== undefined && name in examplesOf(document, node)
        if (!node.required && location !== 'path' && !isNamed) return []
        const value = exampleValue(document, node, name)
        return value === undefined ? [] : [[node.name, String(value)]]
      }),
    )
  const cookies = Object.entries(values('cookie')).map(([key, value]) => `${key}=${value}`)
  return {
    method: operation.method,
    template: operation.path,
    path: values('path'),
    query: values('query'),
    headers: { ...values('header'), ...(cookies.length > 0 && { cookie: cookies.join('; ') }) },
    mediaType: media?.type,
    body: media && exampleValue(document, media.node, name),
  }
}

/** Writes a request from its parts. */
export function toRequest({
  method,
  template,
  path,
  query,
  headers,
  mediaType,
  body,
}: RequestParts): RequestData {
  const pathname = template.replace(/\{([^}]+)\}/g, (_, key: string) => encodeURIComponent(path[key] ?? ''))
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) => [value].flat().map((each) => [key, each])),
  )
  return {
    method: method.toUpperCase(),
    path: search.size > 0 ? `${pathname}?${search}` : pathname,
    headers: {
      ...(body !== undefined && mediaType !== undefined && { 'content-type': mediaType }),
      ...headers,
    },
    ...(body !== undefined && { body: encodeBody(mediaType ?? 'application/json', body) }),
  }
}

function encodeBody(mediaType: string, body: unknown): string {
  if (typeof body === 'object' && body !== null && mediaType.startsWith('application/x-www-form-urlencoded'))
    return new URLSearchParams(body as Record<string, string>).toString()
  return JSON.stringify(body)
}

/** Returns the examples of a parameter, header or media type by name, including invalid ones. */
export function examplesOf(document: Document, part: Exemplified): Record<string, unknown> {
  const named = { ...part.examples, ...part['x-invalid-examples'] }
  return Object.fromEntries(
    Object.entries(named).map(([name, example]) => [
      name,
      resolveRef<{ value?: unknown }>(document, example).value,
    ]),
  )
}

function exampleValue(
  document: Document,
  part: Exemplified & { schema?: Schema },
  name: string | undefined,
): unknown {
  const examples = examplesOf(document, part)
  if (name !== undefined && name in examples) return examples[name]
  const [first] = Object.values(examples)
  return first ?? part.example ?? (part.schema && sampleOf(document, part.schema))
}

/** Invents a value for a schema without examples. */
export function sampleOf(document: Document, schema: Schema): unknown {
  const {
    type,
    const: constant,
    enum: allowed,
    examples,
    default: usual,
    properties = {},
    required = [],
    ...rest
  } = resolveRef<Schema>(document, schema)
  if (constant !== undefined) return constant
  const given = examples?.[0] ?? usual ?? allowed?.[0]
  if (given !== undefined) return given
  const branch = rest.oneOf?.[0] ?? rest.anyOf?.[0]
  if (branch) return sampleOf(document, branch)
  switch ([type].flat()[0]) {
    case 'object':
      return Object.fromEntries(required.map((name) => [name, sampleOf(document, properties[name] ?? {})]))
    case 'array':
      return rest.minItems ? [sampleOf(document, rest.items ?? {})] : []
    case 'integer':
    case 'number':
      return rest.minimum ?? (rest.exclusiveMinimum !== undefined ? rest.exclusiveMinimum + 1 : 1)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return sampleText(rest)
  }
}

function sampleText({ format, minLength = 1 }: Schema): string {
  const samples: Record<string, string> = {
    email: 'someone@example.com',
    uuid: '7d444840-9dc0-41e8-9b3d-0b9a5b1e6c1f',
    uri: 'https://example.com/',
    'date-time': '2026-01-01T00:00:00Z',
    date: '2026-01-01',
  }
  return samples[format ?? ''] ?? 'example'.padEnd(minLength, 'x').slice(0, Math.max(minLength, 7))
}
