import { type Code, call, type Layout, method, raw } from '../code.ts'
import { keepsInput, withChecks } from './checks.ts'
import { type AnySchema, isRestrictive, type JsonSchema } from './json-schema.ts'
import type { Renderer } from './renderer.ts'
import { regExp } from './strings.ts'

const keywords = [
  ...['properties', 'required', 'patternProperties', 'propertyNames', 'minProperties', 'maxProperties'],
  ...['dependentRequired', 'dependentSchemas'],
]

/** Tells whether a schema has keywords for objects. */
export function constrainsObjects(schema: JsonSchema): boolean {
  return keywords.some((keyword) => keyword in schema) || isRestrictive(schema.additionalProperties ?? true)
}

export function renderObject(schema: JsonSchema, renderer: Renderer): Layout {
  const { properties = {}, required = [], patternProperties } = schema
  // With patterns, a check decides which properties are additional.
  const others = patternProperties ? true : (schema.additionalProperties ?? true)
  const unlisted = required.filter((name) => !Object.hasOwn(properties, name))
  const shape: Record<string, Code> = {}
  for (const [name, property] of Object.entries(properties))
    shape[name] = renderProperty(property, required.includes(name), renderer)
  for (const name of unlisted) shape[name] = renderer.render(others)

  const checks = renderChecks(schema, renderer)
  const isRecord = schema.properties === undefined && unlisted.length === 0
  const isLoose = others === true && checks.length > 0
  // Most checks look only at the names of the properties.
  const isDeep = patternProperties !== undefined || schema.dependentSchemas !== undefined
  const keepsProperties = Object.values(properties).every(
    (property) => renderer.defaultOf(property) === undefined && (!isDeep || keepsInput(property, renderer)),
  )
  const zod = renderShape(shape, others, { isRecord, isLoose }, renderer)
  const inner = keepsProperties
    ? { additionalProperties: others }
    : { properties, additionalProperties: others }
  return withChecks(zod, checks, inner, renderer, raw(anyObject))
}

const anyObject = 'z.record(z.string(), z.unknown())'

function renderShape(
  shape: Record<string, Code>,
  others: AnySchema,
  { isRecord, isLoose }: { isRecord: boolean; isLoose: boolean },
  { render }: Renderer,
): Layout {
  if (others === false) return call('z.strictObject', shape)
  if (isRecord)
    return isRestrictive(others) ? call('z.record', raw('z.string()'), render(others)) : raw(anyObject)
  if (isRestrictive(others)) return method(call('z.object', shape), 'catchall', render(others))
  return call(isLoose ? 'z.looseObject' : 'z.object', shape)
}

function renderProperty(schema: AnySchema, isRequired: boolean, renderer: Renderer): Layout {
  const zod = renderer.render(schema)
  return isRequired ? zod : optional(zod, renderer.defaultOf(schema))
}

/** Renders a value that can be absent. */
function optional(zod: Layout, fallback: { value: unknown } | undefined): Layout {
  // The default of an object can lack properties that have a default. Only `prefault` fills them in.
  if (fallback)
    return method(zod, containsObject(fallback.value) ? 'prefault' : 'default', fallback.value as Code)
  return (indent, column) => {
    const text = zod(indent, column)
    return text.endsWith('.nullable()') ? text.replace(/nullable\(\)$/, 'nullish()') : `${text}.optional()`
  }
}

const containsObject = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(containsObject) : typeof value === 'object' && value !== null

/** Renders the checks of keywords that zod does not have. */
function renderChecks(schema: JsonSchema, { render }: Renderer): Layout[] {
  const { minProperties, maxProperties, propertyNames, patternProperties } = schema
  const checks: Layout[] = []
  if (minProperties !== undefined) checks.push(call('minProperties', minProperties))
  if (maxProperties !== undefined) checks.push(call('maxProperties', maxProperties))
  if (propertyNames !== undefined && !isAnyString(propertyNames))
    checks.push(call('propertyNames', render(propertyNames, new Set(['string']))))
  if (patternProperties) {
    const patterns = Object.entries(patternProperties).map(([pattern, property]) => [
      raw(regExp(pattern)),
      render(property),
    ])
    const { properties = {}, additionalProperties: others = true } = schema
    const more = isRestrictive(others) ? [Object.keys(properties), render(others)] : []
    checks.push(call('patternProperties', patterns, ...more))
  }
  for (const [name, needed] of Object.entries(schema.dependentRequired ?? {}))
    checks.push(call('dependentRequired', name, needed))
  for (const [name, dependent] of Object.entries(schema.dependentSchemas ?? {}))
    checks.push(call('dependentSchema', name, render(dependent, new Set(['object']))))
  return checks
}

function isAnyString(schema: AnySchema): boolean {
  if (typeof schema === 'boolean') return schema
  const { type, ...others } = schema
  return !isRestrictive(others) && (type === undefined || [type].flat().includes('string'))
}
