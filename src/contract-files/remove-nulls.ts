import type { Document } from '../openapi/document.ts'
import { data, maps, walk } from './walk.ts'

/**
 * Removes the fields that are null, in place: YAML reads `description:` without a value so. OpenAPI has null
 * only in examples and other data, which stay as they are.
 */
export function removeNulls(document: Document): void {
  walk(document, (node) => {
    for (const [key, child] of Object.entries(node)) {
      if (data.has(key) || key.startsWith('x-')) continue
      if (child === null) delete node[key]
      else if (maps.has(key) && !Array.isArray(child)) removeFrom(child as Record<string, unknown>)
    }
  })
}

function removeFrom(map: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(map)) if (value === null) delete map[name]
}
