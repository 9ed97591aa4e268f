import type { Document, Schema } from '../openapi/document.ts'
import { isRef, refName, resolveRef } from '../openapi/resolve-ref.ts'
import { requiredOf, type Side } from '../openapi/side.ts'

/**
 * Returns the document with two rules of OpenAPI in the terms of JSON Schema, which lacks them: properties of
 * the other side are never required, and `discriminator` selects a branch of `oneOf`.
 */
export function toValidatedDocument(document: Document, side: Side): Document {
  const text = JSON.stringify(document)
  const excluded = side === 'request' ? 'readOnly' : 'writeOnly'
  if (!text.includes(`"${excluded}":true`) && !text.includes('"discriminator":')) return document
  return JSON.parse(text, (_key, node) =>
    isSchema(node) ? withDiscriminator(document, withoutRequired(document, node, side)) : node,
  )
}

function isSchema(node: unknown): node is Schema {
  return typeof node === 'object' && node !== null && ('required' in node || 'discriminator' in node)
}

function withoutRequired(document: Document, schema: Schema, side: Side): Schema {
  return Array.isArray(schema.required) ? { ...schema, required: requiredOf(document, schema, side) } : schema
}

/**
 * Applies only the branch that the discriminator selects, so that no value fits two branches, and violations
 * of the others are not reported.
 */
function withDiscriminator(document: Document, schema: Schema): Schema {
  const { discriminator, oneOf, anyOf, ...rest } = schema
  const branches = oneOf ?? anyOf
  if (typeof discriminator?.propertyName !== 'string' || !Array.isArray(branches)) return schema
  const { propertyName, mapping = {} } = discriminator
  const cases = branches.map((branch) => ({
    branch,
    values: valuesOf(document, branch, propertyName, mapping),
  }))
  // The name of a schema is its value by default, but often it is not, so that only stated values count.
  if (cases.some(({ values }) => values.length === 0)) return { ...rest, anyOf: branches }
  const select = (values: unknown[]): Schema => ({
    properties: { [propertyName]: { enum: values } },
    required: [propertyName],
  })
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  const conditions = cases.map(({ branch, values }) => ({ if: select(values), then: branch }))
  const known = select(cases.flatMap(({ values }) => values))
  return { ...rest, allOf: [...(rest.allOf ?? []), known, ...conditions] }
}

/** Returns the values that select a branch: those of the mapping, or else those that the branch allows. */
function valuesOf(
  document: Document,
  branch: Schema,
  propertyName: string,
  mapping: Record<string, string>,
): unknown[] {
  const mapped = Object.entries(mapping)
    .filter(([, target]) => isRef(branch) && (target === branch.$ref || target === refName(branch)))
    .map(([value]) => value)
  if (mapped.length > 0) return mapped
  const property = resolveRef(document, branch).properties?.[propertyName]
  const { const: constant, enum: allowed = [] } = property ? resolveRef(document, property) : {}
  return constant === undefined ? allowed : [constant]
}
