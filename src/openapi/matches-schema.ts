import type { Schema } from './document.ts'
import { readPattern } from './pattern.ts'
import { resolveRef } from './resolve-ref.ts'
import { requiredOf, type Side } from './side.ts'

/** Nested deeper, a schema only refers to itself. */
const maxDepth = 100

export interface SchemaMatcher {
  /** Tells whether a value matches a schema. */
  matches: (schema: Schema, value: unknown) => boolean
  /** Returns the schemas of a property by its name. One that no property may have is the schema of nothing. */
  schemasOfProperty: (schema: Schema, name: string) => Schema[]
}

/**
 * Creates functions that check values, except for formats and `unevaluated…`. They need no preparation,
 * unlike a validator that compiles schemas, and remember the checks of each object and list, which must not
 * change.
 * @param side the side that sends the values: they need not have the properties of the other one
 */
export function createSchemaMatcher(document: object, side: Side): SchemaMatcher {
  const known = new WeakMap<object, Map<Schema, boolean>>()
  const patterns = new Map<string, RegExp | undefined>()

  /** A pattern of another language counts as matching. */
  function matchesPattern(source: string, text: string): boolean {
    if (!patterns.has(source)) patterns.set(source, readPattern(source))
    return patterns.get(source)?.test(text) !== false
  }

  function matches(schema: Schema, value: unknown, depth: number): boolean {
    if (typeof value !== 'object' || value === null) return check(schema, value, depth)
    const results = known.get(value) ?? new Map<Schema, boolean>()
    known.set(value, results)
    const result = results.get(schema) ?? check(schema, value, depth)
    results.set(schema, result)
    return result
  }

  function check(schema: Schema, value: unknown, depth: number): boolean {
    if (depth > maxDepth) return true
    const matchesPart = (part: Schema, inner = value) => matches(part, inner, depth + 1)
    const { $ref, type, const: constant, enum: allowed } = schema
    if ($ref !== undefined && !matchesPart(resolveRef<Schema>(document, { $ref }))) return false
    if (type !== undefined && ![type].flat().some((each) => isOfType(value, each))) return false
    if (constant !== undefined && !isEqual(value, constant)) return false
    if (allowed && !allowed.some((each) => isEqual(value, each))) return false
    if (!matchesComposition(schema, matchesPart)) return false
    if (typeof value === 'string') {
      const { pattern } = schema
      return hasFittingLength(schema, value) && (pattern === undefined || matchesPattern(pattern, value))
    }
    if (typeof value === 'number') return matchesNumber(schema, value)
    if (Array.isArray(value)) return matchesList(schema, value, matchesPart)
    if (!isObject(value)) return true
    const has = (name: string) => Object.hasOwn(value, name)
    const hasRequired = (schema.required ?? []).every(has) || requiredOf(document, schema, side).every(has)
    return hasRequired && matchesObject(schema, value, matchesPart, schemasOfProperty)
  }

  function schemasOfProperty(schema: Schema, name: string): Schema[] {
    const { properties = {}, patternProperties, additionalProperties = {} } = schema
    const declared = Object.hasOwn(properties, name) && properties[name] ? [properties[name]] : []
    for (const [pattern, part] of Object.entries(patternProperties ?? {}))
      if (matchesPattern(pattern, name)) declared.push(part)
    if (declared.length > 0 || additionalProperties === true) return declared
    return [additionalProperties === false ? { not: {} } : additionalProperties]
  }

  return { matches: (schema, value) => matches(schema, value, 0), schemasOfProperty }
}

type Matches = (part: Schema, value?: unknown) => boolean

export function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isObject(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isEqual = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b)

function matchesComposition(schema: Schema, matches: Matches): boolean {
  const { allOf = [], anyOf, oneOf, not, if: condition } = schema
  const then = condition && (matches(condition) ? schema.then : schema.else)
  return (
    allOf.every((part) => matches(part)) &&
    (!anyOf || anyOf.some((part) => matches(part))) &&
    (!oneOf || oneOf.filter((part) => matches(part)).length === 1) &&
    (!not || !matches(not)) &&
    (!then || matches(then))
  )
}

function hasFittingLength({ minLength = 0, maxLength = Infinity }: Schema, text: string): boolean {
  const length = minLength > 0 || maxLength < Infinity ? [...text].length : 0
  return length >= minLength && length <= maxLength
}

function matchesNumber(schema: Schema, value: number): boolean {
  const { minimum = -Infinity, exclusiveMinimum = -Infinity, multipleOf } = schema
  const { maximum = Infinity, exclusiveMaximum = Infinity } = schema
  return (
    value >= minimum &&
    value > exclusiveMinimum &&
    value <= maximum &&
    value < exclusiveMaximum &&
    (multipleOf === undefined || Number.isInteger(value / multipleOf))
  )
}

function matchesList(schema: Schema, items: unknown[], matches: Matches): boolean {
  const { minItems = 0, maxItems = Infinity, uniqueItems, prefixItems = [], contains } = schema
  return (
    items.length >= minItems &&
    items.length <= maxItems &&
    (!uniqueItems || new Set(items.map((item) => JSON.stringify(item))).size === items.length) &&
    items.every((item, index) => matches(prefixItems[index] ?? schema.items ?? {}, item)) &&
    (!contains || items.filter((item) => matches(contains, item)).length >= (schema.minContains ?? 1))
  )
}

function matchesObject(
  schema: Schema,
  object: Record<string, unknown>,
  matches: Matches,
  schemasOfProperty: SchemaMatcher['schemasOfProperty'],
): boolean {
  const { minProperties = 0, maxProperties = Infinity } = schema
  const names = Object.keys(object)
  const has = (name: string) => Object.hasOwn(object, name)
  const dependent = Object.entries(schema.dependentRequired ?? {}).filter(([name]) => has(name))
  return (
    names.length >= minProperties &&
    names.length <= maxProperties &&
    dependent.every(([, needed]) => needed.every(has)) &&
    Object.entries(schema.dependentSchemas ?? {}).every(([name, part]) => !has(name) || matches(part)) &&
    names.every(
      (name) =>
        (!schema.propertyNames || matches(schema.propertyNames, name)) &&
        schemasOfProperty(schema, name).every((part) => matches(part, object[name])),
    )
  )
}
