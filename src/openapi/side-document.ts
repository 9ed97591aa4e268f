import type { Document, Schema } from './document.ts'
import { toPointer } from './pointer.ts'
import { isRef, refName, resolveRef } from './resolve-ref.ts'
import { requiredOf, type Side } from './side.ts'

/** A document whose schemas a validator of JSON Schema applies to one side. */
export interface SideDocument {
  document: Document
  /** Converts a JSON Pointer of the original document to that of the same schema here. */
  fromOriginal: (pointer: string) => string
  /** Converts a JSON Pointer of this document to that of the rule in the original one. */
  toOriginal: (pointer: string) => string
}

/**
 * Expresses two rules of OpenAPI in the terms of JSON Schema, which lacks them: properties of the other side
 * are never required, and `discriminator` selects a branch of `oneOf` or `anyOf`.
 * @returns the document itself if nothing changes
 */
export function documentOfSide(document: Document, side: Side): SideDocument {
  const text = JSON.stringify(document)
  const excluded = side === 'request' ? 'readOnly' : 'writeOnly'
  const origins = new Map<string, string>()
  const targets = new Map<string, string>()
  const isChanged = text.includes(`"${excluded}":true`) || text.includes('"discriminator":')

  function move(original: string, target: string): void {
    origins.set(target, original)
    targets.set(original, target)
  }

  function convert(node: unknown, original: string, target: string): unknown {
    if (typeof node !== 'object' || node === null) return node
    if (Array.isArray(node))
      return node.map((item, index) => convert(item, `${original}/${index}`, `${target}/${index}`))
    const { [unionOf(node) ?? '']: _, ...rest } = node as Schema & Record<string, unknown>
    const children = Object.entries(rest).map(([key, child]) => {
      const step = toPointer(key)
      return [key, convert(child, original + step, target + step)]
    })
    const schema: Schema = Object.fromEntries(children)
    if (Array.isArray(schema.required)) schema.required = requiredOf(document, node, side)
    return unionOf(node) ? withDiscriminator(node, schema, original, target) : schema
  }

  /**
   * Applies only the branch that the discriminator selects, so that no value fits two branches, and
   * violations of the others are not reported.
   * @param converted the schema without its union
   */
  function withDiscriminator(schema: Schema, converted: Schema, original: string, target: string): Schema {
    const keyword = unionOf(schema) ?? 'oneOf'
    const { propertyName = '', mapping = {} } = schema.discriminator ?? {}
    const branches = schema[keyword] ?? []
    const { allOf = [], discriminator: _, ...rest } = converted
    const values = branches.map((branch) => valuesOf(document, branch, propertyName, mapping))
    const place = (index: number) => `${target}/allOf/${allOf.length + index}`
    const branchAt = (index: number, to: string): Schema => {
      const from = `${original}/${keyword}/${index}`
      move(from, to)
      return convert(branches[index], from, to) as Schema
    }
    // The name of a schema is its value by default, but often it is not, so that only stated values count.
    if (values.some(({ length }) => length === 0)) {
      move(`${original}/${keyword}`, `${place(0)}/anyOf`)
      const anyOf = branches.map((_, index) => branchAt(index, `${place(0)}/anyOf/${index}`))
      return { ...rest, allOf: [...allOf, { anyOf }] }
    }
    const select = (allowed: unknown[]): Schema => ({
      properties: { [propertyName]: { enum: allowed } },
      required: [propertyName],
    })
    origins.set(place(0), `${original}/discriminator`)
    origins.set(place(0) + toPointer('properties', propertyName), `${original}/discriminator`)
    const conditions = values.map((allowed, index) => ({
      if: select(allowed),
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: branchAt(index, `${place(index + 1)}/then`),
    }))
    return { ...rest, allOf: [...allOf, select(values.flat()), ...conditions] }
  }

  return {
    document: isChanged ? (convert(document, '', '') as Document) : document,
    fromOriginal: (pointer) => translate(pointer, targets),
    toOriginal: (pointer) => translate(pointer, origins),
  }
}

/** Returns the keyword of the branches that a discriminator selects from. */
function unionOf({ discriminator, oneOf, anyOf }: Schema): 'oneOf' | 'anyOf' | undefined {
  if (typeof discriminator?.propertyName !== 'string') return undefined
  if (Array.isArray(oneOf)) return 'oneOf'
  return Array.isArray(anyOf) ? 'anyOf' : undefined
}

/** Replaces the longest known beginning of a JSON Pointer. */
function translate(pointer: string, known: Map<string, string>): string {
  for (let end = pointer.length; end > 0 && known.size > 0; end = pointer.lastIndexOf('/', end - 1)) {
    const found = known.get(pointer.slice(0, end))
    if (found !== undefined) return found + pointer.slice(end)
  }
  return pointer
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
