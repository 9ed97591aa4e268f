import type { Schema } from '../../../openapi/document.ts'
import { resolveRef } from '../../../openapi/resolve-ref.ts'
import type { Contract } from '../../contract/contract.ts'

/** Nested deeper, references only repeat themselves. */
const maxDepth = 5

/** Merges a schema with what it refers to and with all parts of `allOf`; the strictest bound counts. */
export function mergeSchemas(contract: Contract, schema: Schema, depth = 0): Schema {
  const { $ref, allOf = [], ...own } = schema
  if (depth > maxDepth || ($ref === undefined && allOf.length === 0)) return own
  const target = $ref === undefined ? [] : [resolveRef<Schema>(contract.document, { $ref })]
  return [...target, ...allOf].map((part) => mergeSchemas(contract, part, depth + 1)).reduce(intersect, own)
}

function intersect(a: Schema, b: Schema): Schema {
  const largest = (key: 'minLength' | 'minimum' | 'minItems' | 'minProperties' | 'exclusiveMinimum') =>
    bound(key, Math.max, a[key], b[key])
  const smallest = (key: 'maxLength' | 'maximum' | 'maxItems' | 'maxProperties' | 'exclusiveMaximum') =>
    bound(key, Math.min, a[key], b[key])
  const required = [...new Set([...(a.required ?? []), ...(b.required ?? [])])]
  const names = Object.keys({ ...a.properties, ...b.properties })
  return {
    ...a,
    ...b,
    ...(a.type !== undefined && b.type !== undefined && { type: commonTypes(a.type, b.type) }),
    ...(a.enum && b.enum && { enum: a.enum.filter((value) => b.enum?.includes(value)) }),
    ...(required.length > 0 && { required }),
    ...(names.length > 0 && {
      properties: Object.fromEntries(
        names.map((name) => {
          const [first, second] = [a.properties?.[name], b.properties?.[name]]
          return [name, first && second ? { allOf: [first, second] } : (first ?? second ?? {})]
        }),
      ),
    }),
    ...largest('minLength'),
    ...largest('minimum'),
    ...largest('minItems'),
    ...largest('minProperties'),
    ...largest('exclusiveMinimum'),
    ...smallest('maxLength'),
    ...smallest('maximum'),
    ...smallest('maxItems'),
    ...smallest('maxProperties'),
    ...smallest('exclusiveMaximum'),
  }
}

function bound(
  key: keyof Schema,
  choose: (...values: number[]) => number,
  a: number | undefined,
  b: number | undefined,
): Partial<Schema> {
  const given = [a, b].filter((value) => value !== undefined)
  return given.length === 0 ? {} : { [key]: choose(...given) }
}

function commonTypes(a: string | string[], b: string | string[]): string | string[] {
  const common = [a].flat().filter((type) => [b].flat().includes(type))
  return common.length === 1 ? (common[0] as string) : common
}
