import type { Schema } from '../openapi/document.ts'
import { isRef, resolveRef } from '../openapi/resolve-ref.ts'

/** Enumerations of more values are shortened. */
const maxEnumValues = 12

/**
 * Describes a JSON Schema as Markdown: a line for the value, and nested lists of its fields.
 * @param document the document that references point into
 */
export function describeSchema(document: object, schema: Schema): string {
  return describe({ document, seen: [] }, schema, '', 0).join('\n')
}

interface Scope {
  document: object
  /** The references that lead here, to end at a recursive one. */
  seen: string[]
}

function describe(scope: Scope, node: Schema, label: string, depth: number): string[] {
  const { schema, scope: inner } = follow(scope, node)
  if (!schema) return [line(label, 'as above', depth)]
  const words = [kindOf(inner, schema), ...limitsOf(schema)].filter(Boolean).join(', ')
  const text = schema.description?.replace(/\s+/g, ' ').trim()
  return [line(label, text ? `${words}. ${text}` : words, depth), ...partsOf(inner, schema, depth + 1)]
}

const line = (label: string, text: string, depth: number) =>
  `${'  '.repeat(depth)}- ${label && `${label}: `}${text}`

/** Follows references. Keywords next to a reference win over those of its target. */
function follow(scope: Scope, node: Schema): { schema?: Schema; scope: Scope } {
  if (!isRef(node)) return { schema: node, scope }
  if (scope.seen.includes(node.$ref)) return { scope }
  const { $ref, ...own } = node as Schema & { $ref: string }
  const target = follow({ ...scope, seen: [...scope.seen, $ref] }, resolveOnce(scope.document, $ref))
  return target.schema ? { ...target, schema: { ...target.schema, ...own } } : target
}

const resolveOnce = (document: object, $ref: string): Schema => resolveRef<Schema>(document, { $ref })

/** Tells whether a schema is the `false` of a contract, which the loader writes as `{ not: {} }`. */
const isNever = ({ not }: Schema & { not?: object }): boolean =>
  not !== undefined && Object.keys(not).length === 0

/** Returns the kind of value, such as `string (email) or null`. */
function kindOf(scope: Scope, schema: Schema): string {
  const { type, format, enum: values, items, allOf, anyOf, oneOf, properties, deprecated } = schema
  const prefix = deprecated ? 'deprecated, ' : ''
  if (schema.const !== undefined) return `${prefix}always ${code(schema.const)}`
  if (values) return prefix + valuesText(values)
  if (isNever(schema)) return `${prefix}no value`
  const types = [type ?? []].flat()
  const names = types.map((name) => {
    if (name === 'array' && items) return arrayText(scope, items)
    return name === 'string' && format ? `string (${format})` : name
  })
  if (names.length > 0) return prefix + names.join(' or ')
  if (oneOf) return `${prefix}exactly one of these`
  if (anyOf) return `${prefix}one or more of these`
  return prefix + (properties || allOf ? 'object' : 'any value')
}

function arrayText(scope: Scope, items: Schema): string {
  const { schema, scope: inner } = follow(scope, items)
  return schema ? `array of ${kindOf(inner, schema)}` : 'array'
}

function valuesText(values: unknown[]): string {
  if (values.length === 0) return 'no value'
  if (values.length <= maxEnumValues) return `one of ${values.map(code).join(', ')}`
  return `one of ${values.length} values, such as ${values.slice(0, 3).map(code).join(', ')}`
}

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``

function limitsOf(schema: Schema): string[] {
  const { pattern, uniqueItems, default: usual, additionalProperties } = schema
  return [
    range(schema.minLength, schema.maxLength, 'character'),
    range(schema.minItems, schema.maxItems, 'item'),
    range(schema.minProperties, schema.maxProperties, 'field'),
    range(schema.minimum, schema.maximum, ''),
    ...(pattern ? [`pattern \`${pattern}\``] : []),
    ...(uniqueItems ? ['without duplicates'] : []),
    ...(additionalProperties === false ? ['no other fields'] : []),
    ...(usual !== undefined ? [`default ${code(usual)}`] : []),
  ].filter(Boolean)
}

/** @param unit a singular noun, or nothing for numbers */
function range(least: number | undefined, most: number | undefined, unit: string): string {
  const counted = unit && ` ${unit}${(most ?? least) === 1 ? '' : 's'}`
  if (least === undefined) return most === undefined ? '' : `at most ${most}${counted}`
  if (most === undefined) return `at least ${least}${counted}`
  return `${least === most ? 'exactly' : `${least} to`} ${most}${counted}`
}

/** Describes fields, items and alternatives. */
function partsOf(scope: Scope, schema: Schema, depth: number): string[] {
  const { properties = {}, required = [], items, allOf = [], anyOf = [], oneOf = [] } = schema
  return [
    ...Object.entries(properties).flatMap(([name, property]) =>
      describe(scope, property, `\`${name}\` (${required.includes(name) ? 'required' : 'optional'})`, depth),
    ),
    ...(items ? itemParts(scope, items, depth) : []),
    // The parts of a composition belong to the same value.
    ...allOf.flatMap((part) => {
      const { schema: inner, scope: next } = follow(scope, part)
      return inner ? partsOf(next, inner, depth) : []
    }),
    ...[...oneOf, ...anyOf].flatMap((part) => describe(scope, part, titleOf(scope, part), depth)),
  ]
}

function itemParts(scope: Scope, items: Schema, depth: number): string[] {
  const { schema, scope: inner } = follow(scope, items)
  return schema ? partsOf(inner, schema, depth) : []
}

const titleOf = (scope: Scope, part: Schema): string => follow(scope, part).schema?.title ?? ''
