import { Converter } from '@apiture/openapi-down-convert'
import type { Document } from '../openapi/document.ts'
import { isRef, resolveRef } from '../openapi/resolve-ref.ts'

/** Converts a contract to OpenAPI 3.0. */
export function downConvert(document: Document): object {
  const { info, ...rest } = structuredClone(document)
  const { summary: _, license, ...info30 } = info
  const converted = inlineAnnotatedRefs({ ...rest, info: info30 }, document)
  // OpenAPI 3.0 ignores annotations next to a reference to a schema, so these references become `allOf`.
  const openapi30 = new Converter(constToEnum(oneParameterExample(converted)), {
    allOfTransform: true,
  }).convert()
  return license ? { ...openapi30, info: { ...info30, license: license30(license) } } : openapi30
}

/** Converts the identifier of a license, which OpenAPI 3.0 does not have, to the URL of its text. */
function license30({ name, identifier, url }: NonNullable<Document['info']['license']>) {
  const textUrl = url ?? (identifier && `https://spdx.org/licenses/${identifier}.html`)
  return { name, ...(textUrl && { url: textUrl }) }
}

/**
 * Inlines references with annotations, except those to schemas. The annotations override those of the target;
 * OpenAPI 3.0 would ignore them.
 */
function inlineAnnotatedRefs<T>(node: T, document: Document): T {
  if (Array.isArray(node)) return node.map((item) => inlineAnnotatedRefs(item, document)) as T
  if (typeof node !== 'object' || node === null) return node
  if (isRef(node) && Object.keys(node).length > 1 && !node.$ref.startsWith('#/components/schemas/')) {
    const { $ref: _, ...annotations } = node
    return inlineAnnotatedRefs({ ...resolveRef(document, node), ...annotations }, document) as T
  }
  return mapValues(node, (value) => inlineAnnotatedRefs(value, document)) as T
}

/** Reduces the examples of parameters to one, because Dredd and other tools read only `example`. */
function oneParameterExample<T>(node: T): T {
  if (Array.isArray(node)) return node.map(oneParameterExample) as T
  if (typeof node !== 'object' || node === null) return node
  const mapped = mapValues(node, oneParameterExample)
  const { in: location, name, schema, examples, ...rest } = mapped
  if (!location || !name || !schema || !examples) return mapped as T
  const [first] = Object.values(examples as Record<string, { value?: unknown }>)
  return { in: location, name, schema, ...rest, ...(first && { example: first.value }) } as T
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
