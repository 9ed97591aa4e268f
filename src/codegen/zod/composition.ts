import { call, type Layout, method, raw } from '../code.ts'
import { type AnySchema, isRestrictive, type JsonSchema, keywordsOf } from './json-schema.ts'
import { type JsonTypes, valuesOf } from './json-types.ts'
import type { Renderer } from './renderer.ts'

/** Renders `anyOf`, unless one of its branches accepts all values. */
export function renderAnyOf(all: AnySchema[], types: JsonTypes, renderer: Renderer): Layout[] {
  if (!all.every(isRestrictive)) return []
  const { branches, isNullable } = withoutNull(all, types)
  if (branches.length === 0) return [raw('z.null()')]
  const options = branches.map((branch) => renderer.render(branch, types))
  return [nullable(joined('z.union', options), isNullable)]
}

/**
 * Renders `oneOf`, as a discriminated union if the branches cannot overlap.
 * @param discriminator the property that `discriminator` names, which does not restrict values by itself
 */
export function renderOneOf(
  all: AnySchema[],
  discriminator: string | undefined,
  types: JsonTypes,
  renderer: Renderer,
): Layout {
  const { branches, isNullable } = withoutNull(all, types)
  const acceptsNull = branches.some((branch) => renderer.typesOf(branch).has('null'))
  const exclusive = isNullable && !acceptsNull ? branches : all
  if (exclusive.length === 0) return raw('z.null()')
  const options = exclusive.map((branch) => renderer.render(branch, types))
  const zod =
    discriminator !== undefined && options.length > 1 && areDistinct(exclusive, discriminator, renderer)
      ? call('z.discriminatedUnion', discriminator, options)
      : joined('z.xor', options)
  return nullable(zod, exclusive !== all)
}

const joined = (callee: string, options: Layout[]): Layout =>
  options.length === 1 ? (options[0] as Layout) : call(callee, options)

const nullable = (zod: Layout, isNullable: boolean) => (isNullable ? method(zod, 'nullable') : zod)

function withoutNull(branches: AnySchema[], types: JsonTypes) {
  const others = branches.filter((branch) => !isNull(branch))
  return { branches: others, isNullable: others.length === branches.length - 1 && types.has('null') }
}

const isNull = (schema: AnySchema): boolean =>
  typeof schema === 'object' && schema.type === 'null' && keywordsOf(schema).length === 1

/** Tells whether all branches are objects that differ in the value of a required property. */
function areDistinct(branches: AnySchema[], name: string, renderer: Renderer): boolean {
  const values = branches.map((branch) => tagsOf(branch, name, renderer))
  const all = values.flatMap((tags) => tags ?? [])
  return values.every((tags) => tags !== undefined) && new Set(all).size === all.length
}

function tagsOf(branch: AnySchema, name: string, renderer: Renderer): unknown[] | undefined {
  const schema = targetOf(branch, renderer)
  if (schema?.type !== 'object' || !schema.required?.includes(name)) return undefined
  const keywords = ['type', 'properties', 'required', 'additionalProperties']
  if (!keywordsOf(schema).every((keyword) => keywords.includes(keyword))) return undefined
  const property = schema.properties?.[name]
  const tag = property === undefined ? undefined : targetOf(property, renderer)
  if (!tag || !keywordsOf(tag).every((keyword) => ['type', 'const', 'enum'].includes(keyword)))
    return undefined
  const values = valuesOf(tag)
  return values?.every((value) => typeof value === 'string') ? values : undefined
}

/** Follows references to a schema that exists when the union is created. */
function targetOf(schema: AnySchema, renderer: Renderer): JsonSchema | undefined {
  if (typeof schema === 'boolean') return undefined
  if (schema.$ref === undefined) return schema
  if (renderer.isLater(schema) || keywordsOf(schema).length > 1) return undefined
  return targetOf(renderer.resolve(schema), renderer)
}
