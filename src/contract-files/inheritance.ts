import type { Document, Schema } from '../openapi/document.ts'
import { toPointer } from '../openapi/pointer.ts'

/**
 * Ends the loops of inheritance, in place: a parent that is one of its children, each of which is all of the
 * parent. Some generators write it so, but no value can be judged by a schema that never ends (JSON Schema
 * Core 2020-12, section 9.4.1). Such a child gets a copy of the parent without the choice of children.
 */
export function endInheritanceLoops({ components: { schemas = {} } = {} }: Document): void {
  const children = new Map<string | undefined, Schema>(
    Object.entries(schemas).map(([name, schema]) => [refOf(name), schema]),
  )
  for (const [name, parent] of Object.entries(schemas)) {
    const { oneOf, anyOf, discriminator: _, ...base } = parent
    // A contract that was not checked yet can have any value in place of a list.
    for (const option of [oneOf, anyOf].flat()) {
      const child = children.get(option?.$ref)
      if (Array.isArray(child?.allOf))
        child.allOf = child.allOf.map((part) => (part?.$ref === refOf(name) ? base : part))
    }
  }
}

const refOf = (name: string) => `#${toPointer('components', 'schemas', name)}`
