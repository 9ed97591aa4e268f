import type { Document, Schema } from '../openapi/document.ts'
import { isRef, refName, resolveRef } from '../openapi/resolve-ref.ts'

/** A request has no `readOnly` properties, and a response has no `writeOnly` ones (OpenAPI 3.1, §4.8.24). */
export type Direction = 'request' | 'response'

/**
 * Returns the document with two rules of OpenAPI in the terms of JSON Schema, which lacks them: properties of
 * the other direction are never required, and `discriminator` selects a branch of `oneOf`.
 */
export function toValidatedDocument(document: Document, direction: Direction): Document {
  const text = JSON.stringify(document)
  const excluded = direction === 'request' ? 'readOnly' : 'writeOnly'
  if (!text.includes(`"${excluded}":true`) && !text.includes('"discriminator":')) return document
  return JSON.parse(text, (_key, node) =>
    isSchema(node) ? withDiscriminator(document, withoutRequired(document, node, excluded)) : node,
  )
}

function isSchema(node: unknown): node is Schema {
  return typeof node === 'object' && node !== null && ('required' in node || 'discriminator' in node)
}

function withoutRequired(document: Document, schema: Schema, excluded: 'readOnly' | 'writeOnly'): Schema {
  const { required, properties } = schema
  if (!Array.isArray(required) || typeof properties !== 'object') return schema
  const isExcluded = (name: string) => {
    const property = properties[name]
    return typeof property === 'object' && resolveRef(document, property)[excluded] === true
  }
  return { ...schema, required: required.filter((name) => !isExcluded(name)) }
}

/** Lets each branch require its values of the discriminator, so that no value fits two branches. */
function withDiscriminator(document: Document, schema: Schema): Schema {
  const { discriminator, oneOf, anyOf, ...rest } = schema
  const branches = oneOf ?? anyOf
  if (typeof discriminator?.propertyName !== 'string' || !Array.isArray(branches)) return schema
  const { propertyName, mapping = {} } = discriminator
  const named = branches.map((branch) => {
    if (!isRef(branch)) return branch
    const mapped = Object.entries(mapping)
      .filter(([, target]) => target === branch.$ref || target === refName(branch))
      .map(([value]) => value)
    // The name of the schema is the value by default, but often it is not, so that only a mapping counts.
    if (mapped.length === 0 || hasOwnValues(document, branch, propertyName)) return branch
    return { allOf: [branch], properties: { [propertyName]: { enum: mapped } }, required: [propertyName] }
  })
  return { ...rest, anyOf: named }
}

/** Tells whether a branch itself limits the discriminator, so that it needs no help. */
function hasOwnValues(document: Document, branch: Schema, propertyName: string): boolean {
  const property = resolveRef(document, branch).properties?.[propertyName]
  const { const: constant, enum: allowed } = property ? resolveRef(document, property) : {}
  return constant !== undefined || allowed?.length === 1
}
