import { type AnySchema, type JsonSchema, keywordsOf } from './json-schema.ts'

/**
 * Merges the properties of an object into its `anyOf` or `oneOf` branches if these only add properties, or
 * require some (`required: [code]`). TypeScript understands a union of objects better than an intersection.
 */
export function mergeIntoBranches(schema: JsonSchema): JsonSchema {
  const key = schema.anyOf ? 'anyOf' : 'oneOf'
  const { properties, required = [], [key]: branches, ...rest } = schema
  const isPlain = keywordsOf(rest).every((keyword) => keyword === 'type') && rest.type === 'object'
  if (!isPlain || !properties || !branches?.every((branch) => extendsObject(branch, properties)))
    return schema
  const merged = (branches as JsonSchema[]).map((branch) => ({
    type: 'object',
    ...branch,
    properties: { ...properties, ...branch.properties },
    required: [...new Set([...required, ...(branch.required ?? [])])],
  }))
  return { ...rest, [key]: merged }
}

function extendsObject(branch: AnySchema, properties: object): branch is JsonSchema {
  if (typeof branch === 'boolean') return false
  return (
    keywordsOf(branch).every((keyword) => ['type', 'properties', 'required'].includes(keyword)) &&
    (branch.type ?? 'object') === 'object' &&
    !Object.keys(branch.properties ?? {}).some((name) => Object.hasOwn(properties, name))
  )
}
