import { call, type Layout, method, raw } from '../code.ts'
import { constrainsArrays, renderArray } from './arrays.ts'
import { inIntersection, withChecks } from './checks.ts'
import { renderAnyOf, renderOneOf } from './composition.ts'
import { type AnySchema, isRestrictive, type JsonSchema } from './json-schema.ts'
import { allTypes, intersection, type JsonTypes, typesOf, valuesOf } from './json-types.ts'
import { mergeIntoBranches } from './merge-branches.ts'
import { constrainsNumbers, renderNumber } from './numbers.ts'
import { constrainsObjects, renderObject } from './objects.ts'
import type { Context, Renderer } from './renderer.ts'
import { constrainsStrings, renderString } from './strings.ts'
import { renderValues } from './values.ts'

/**
 * Creates a function that renders a JSON Schema as a zod schema that accepts the same values. It drops
 * unknown properties of objects, and fills in defaults.
 */
export function createRenderer(context: Context): Renderer['render'] {
  const renderer: Renderer = {
    ...context,
    render: (schema, within = allTypes) => renderSchema(schema, within, renderer),
    typesOf: (schema) => typesOf(schema, context.resolve),
  }
  return renderer.render
}

function renderSchema(anySchema: AnySchema, within: JsonTypes, renderer: Renderer): Layout {
  if (typeof anySchema === 'boolean') return raw(anySchema ? 'z.unknown()' : 'z.never()')
  const schema = mergeIntoBranches(anySchema)
  const types = intersection(within, renderer.typesOf(schema))
  if (types.size === 0) return raw('z.never()')

  const { $ref, allOf = [], anyOf, oneOf } = schema
  const values = valuesOf(schema)
  const parts: [Layout, AnySchema][] = []
  if ($ref !== undefined) parts.push([renderer.reference(schema), { $ref }])
  for (const part of allOf.filter(isRestrictive)) parts.push([renderer.render(part, types), part])
  for (const zod of anyOf ? renderAnyOf(anyOf, types, renderer) : [])
    parts.push([zod, { anyOf: anyOf ?? [] }])
  if (oneOf) parts.push([renderOneOf(oneOf, schema.discriminator?.propertyName, types, renderer), { oneOf }])
  if (values) parts.push([renderValues(values, types, 'const' in schema), true])
  if (constrains(schema, types) || !impliesTypes(schema, types, renderer))
    parts.push([renderTypes(schema, types, renderer), withoutParts(schema)])
  return withChecks(joinParts(parts, renderer), conditions(schema, types, renderer), schema, renderer)
}

function joinParts(parts: [Layout, AnySchema][], renderer: Renderer): Layout | undefined {
  const [first, ...others] = parts.map(([zod, schema]) =>
    parts.length > 1 ? inIntersection(zod, schema, renderer) : zod,
  )
  return others.reduce((all, part) => all && method(all, 'and', part), first)
}

function withoutParts({ $ref: _, allOf: __, anyOf: ___, oneOf: ____, ...own }: JsonSchema): JsonSchema {
  return own
}

/** Tells whether a schema has keywords, apart from `type`, that restrict values of these types. */
function constrains(schema: JsonSchema, types: JsonTypes): boolean {
  return (
    (types.has('string') && constrainsStrings(schema)) ||
    (types.has('number') && constrainsNumbers(schema)) ||
    (types.has('array') && constrainsArrays(schema)) ||
    (types.has('object') && constrainsObjects(schema))
  )
}

/** Tells whether the parts of a schema apart from `type` accept no other types. */
function impliesTypes({ type, ...others }: JsonSchema, types: JsonTypes, renderer: Renderer): boolean {
  return type === undefined || [...renderer.typesOf(others)].every((other) => types.has(other))
}

function renderTypes(schema: JsonSchema, types: JsonTypes, renderer: Renderer): Layout {
  const options = [...types].flatMap((type) => {
    if (type === 'string') return renderString(schema)
    if (type === 'number') return renderNumber(schema)
    if (type === 'boolean') return raw('z.boolean()')
    if (type === 'array') return renderArray(schema, renderer)
    return type === 'object' ? renderObject(schema, renderer) : []
  })
  const [first = raw('z.null()')] = options
  const all = options.length > 1 ? call('z.union', options) : first
  return types.has('null') && options.length > 0 ? method(all, 'nullable') : all
}

/** Renders the checks of keywords that zod does not have, and that apply to values of all types. */
function conditions(schema: JsonSchema, types: JsonTypes, { render }: Renderer): Layout[] {
  const checks: Layout[] = []
  if (schema.not !== undefined) checks.push(call('not', render(schema.not, types)))
  if (schema.if !== undefined) {
    const [when, yes, no] = [schema.if, schema.then ?? true, schema.else ?? true].map((part) =>
      render(part, types),
    )
    checks.push(call('conditional', when, yes, no))
  }
  return checks
}
