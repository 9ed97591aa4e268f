import { Converter } from '@apiture/openapi-down-convert'
import type { Document } from '../openapi/document.ts'
import { isRef, resolveRef } from '../openapi/resolve-ref.ts'

/**
 * Converts a contract to OpenAPI 3.0. Only schemas stay shared: Dredd reads a response that several operations refer to
 * as if it had a single status.
 */
export function downConvert(document: Document): object {
  const { jsonSchemaDialect: _, info, components, ...rest } = structuredClone(document)
  const { summary: __, ...info30 } = info
  const kept = { schemas: components?.schemas, securitySchemes: components?.securitySchemes }
  const inlined = inline({ ...rest, info: info30, components: kept }, document)
  return new Converter(constToEnum(inlined)).convert()
}

/** Replaces references by their targets; annotations beside a reference override those of the target. */
function inline<T>(node: T, document: Document): T {
  if (Array.isArray(node)) return node.map((item) => inline(item, document)) as T
  if (typeof node !== 'object' || node === null) return node
  if (isRef(node) && !node.$ref.startsWith('#/components/schemas/')) {
    const { $ref: _, ...beside } = node
    return inline({ ...resolveRef(document, node), ...beside }, document) as T
  }
  return mapValues(node, (value) => inline(value, document)) as T
}

/** The converter ignores constants that are false, 0 or null. */
function constToEnum<T extends object>(schemaOrNode: T): T {
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit)
    if (typeof node !== 'object' || node === null) return node
    const mapped = mapValues(node, visit)
    if (!('type' in mapped && 'const' in mapped) || typeof mapped.const === 'object') return mapped
    const { const: constant, ...others } = mapped
    return { ...others, enum: [constant] }
  }
  return visit(schemaOrNode) as T
}

function mapValues(node: object, map: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, map(value)]))
}
