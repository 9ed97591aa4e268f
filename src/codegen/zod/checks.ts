import { call, type Layout, method, raw } from '../code.ts'
import type { AnySchema, JsonSchema } from './json-schema.ts'
import type { Renderer } from './renderer.ts'

/**
 * Adds checks to a zod schema. A schema that drops properties or adds defaults gets a second one for the
 * checks, which must see the original value.
 * @param zod the schema; any value by default
 */
export function withChecks(
  zod: Layout | undefined,
  checks: Layout[],
  schema: JsonSchema,
  renderer: Renderer,
  any = raw('z.unknown()'),
): Layout {
  if (checks.length === 0) return zod ?? any
  const isDirect = zod === undefined || keepsInput(schema, renderer)
  const checked = checks.reduce((all, check) => method(all, 'check', check), isDirect ? (zod ?? any) : any)
  return isDirect ? checked : method(inIntersection(zod, schema, renderer), 'and', checked)
}

/** Renders a part of an intersection. */
export function inIntersection(zod: Layout, schema: AnySchema, renderer: Renderer): Layout {
  return isClosed(schema, renderer) ? call('closed', zod) : zod
}

/** Tells whether a schema rejects unknown properties by itself or by a part of it. */
function isClosed(schema: AnySchema, renderer: Renderer, seen = new Set<AnySchema>()): boolean {
  if (typeof schema === 'boolean' || seen.has(schema)) return false
  seen.add(schema)
  const { $ref, additionalProperties, patternProperties, allOf = [], anyOf = [], oneOf = [] } = schema
  if (additionalProperties === false && !patternProperties) return true
  const parts = [...allOf, ...anyOf, ...oneOf, ...($ref === undefined ? [] : [renderer.resolve(schema)])]
  return parts.some((part) => isClosed(part, renderer, seen))
}

/** Tells whether a zod schema returns its input: it neither drops properties nor adds defaults. */
export function keepsInput(schema: AnySchema, renderer: Renderer, seen = new Set<AnySchema>()): boolean {
  if (typeof schema === 'boolean' || seen.has(schema)) return true
  seen.add(schema)
  const {
    $ref,
    properties,
    required,
    items,
    additionalProperties,
    allOf = [],
    anyOf = [],
    oneOf = [],
  } = schema
  if (properties || required) return false
  const inner = [items, additionalProperties, ...allOf, ...anyOf, ...oneOf].filter(
    (part) => part !== undefined,
  )
  if ($ref !== undefined) inner.push(renderer.resolve(schema))
  return inner.every((part) => keepsInput(part, renderer, seen))
}
