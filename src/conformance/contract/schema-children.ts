import type { Schema } from '../../openapi/document.ts'
import { toPointer } from '../../openapi/pointer.ts'

/** Returns the schemas directly below a schema, with the steps to them. */
export function childrenOf(schema: Schema): [schema: Schema, step: string][] {
  const lists = (['oneOf', 'anyOf', 'allOf'] as const).flatMap((keyword) =>
    (schema[keyword] ?? []).map((branch, index): [Schema, string] => [branch, `/${keyword}/${index}`]),
  )
  return [
    ...Object.entries(schema.properties ?? {}).map(([name, property]): [Schema, string] => [
      property,
      toPointer('properties', name),
    ]),
    ...(schema.items ? [[schema.items, '/items'] as [Schema, string]] : []),
    ...lists,
  ]
}
