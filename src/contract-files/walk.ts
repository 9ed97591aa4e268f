/** Keys whose children are names that authors choose, not keywords. */
export const maps: ReadonlySet<string> = new Set([
  ...['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'paths', 'webhooks'],
  ...['schemas', 'responses', 'parameters', 'examples', 'requestBodies', 'headers', 'securitySchemes'],
  ...['links', 'callbacks', 'pathItems', 'content', 'encoding'],
])

/** Keys whose values are data, which can look like a keyword by chance. */
export const data: ReadonlySet<string> = new Set([
  'example',
  'default',
  'enum',
  'const',
  'value',
  'x-example',
  'dataValue',
])

/**
 * Visits all objects of an OpenAPI document except the values of examples.
 * @param visit receives the object, and the keyword that it stands below, such as `schema` or `responses`
 */
export function walk(
  node: unknown,
  visit: (node: Record<string, unknown>, place: string) => void,
  { isMap = false, place = '' }: { isMap?: boolean; place?: string } = {},
): void {
  if (typeof node !== 'object' || node === null) return
  if (!isMap && !Array.isArray(node)) visit(node as Record<string, unknown>, place)
  for (const [key, child] of Object.entries(node)) {
    if (!isMap && data.has(key)) continue
    // The examples of a schema are values; those of a media type are named objects.
    if (!isMap && key === 'examples' && Array.isArray(child)) continue
    if (!isMap && key === 'x-invalid-examples') continue
    const isKeyword = !isMap && !Array.isArray(node)
    walk(child, visit, { isMap: isKeyword && maps.has(key), place: isKeyword ? key : place })
  }
}

/** A reference in a node: its value is that of the key. */
export interface Reference {
  holder: Record<string, string>
  key: string
  /** Whether it is a value in the mapping of a discriminator, which can also be the name of a schema. */
  isMapping: boolean
}

/** Returns the references of a node itself: `$ref`, and the mapping of its discriminator. */
export function referencesOf(node: Record<string, unknown>): Reference[] {
  const texts = (holder: unknown, isMapping: boolean, keys = Object.keys(Object(holder))) =>
    keys
      .filter((key) => typeof Object(holder)[key] === 'string')
      .map((key) => ({ holder: holder as Record<string, string>, key, isMapping }))
  return [...texts(node, false, ['$ref']), ...texts(Object(node.discriminator).mapping, true)]
}
