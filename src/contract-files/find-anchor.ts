import { toPointer } from '../openapi/pointer.ts'

/**
 * Finds the schema that an `$anchor` names (JSON Schema Core 2020-12, section 8.2.2).
 * @returns its JSON Pointer as in a reference; undefined if it does not exist
 */
export function findAnchor(node: unknown, anchor: string): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined
  if ('$anchor' in node && node.$anchor === anchor) return ''
  for (const [key, child] of Object.entries(node)) {
    const found = findAnchor(child, anchor)
    if (found !== undefined) return encodeURI(toPointer(key)) + found
  }
  return undefined
}
