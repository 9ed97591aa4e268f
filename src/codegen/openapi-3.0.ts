import { Converter } from '@apiture/openapi-down-convert'
import type { Document } from '../openapi/document.ts'
import { isRef, resolveRef } from '../openapi/resolve-ref.ts'

/**
 * Converts a contract to OpenAPI 3.0. Inlines all references except those to schemas, because Dredd cannot
 * handle a response that is shared by several statuses.
 */
export function downConvert(document: Document): object {
  const { info, components, ...rest } = structuredClone(document)
  const { summary: _, ...info30 } = info
  const kept = { schemas: components?.schemas, securitySchemes: components?.securitySchemes }
  const inlined = inlineRefs({ ...rest, info: info30, components: kept }, document)
  return new Converter(constToEnum(inlined)).convert()
}

/** Replaces references with their targets. Annotations next to a reference override those of the target. */
function inlineRefs<T>(node: T, document: Document): T {
  if (Array.isArray(node)) return node.map((item) => inlineRefs(item, document)) as T
  if (typeof node !== 'object' || node === null) return node
  if (isRef(node) && !node.$ref.startsWith('#/components/schemas/')) {
    const { $ref: _, ...annotations } = node
    return inlineRefs({ ...resolveRef(document, node), ...annotations }, document) as T
  }
  return mapValues(node, (value) => inlineRefs(value, document)) as T
}

/** Converts `const` to `enum`, because the converter drops the constants false, 0 and null. */
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
