import { walk } from '../contract-files/walk.ts'
import type { Ref, Schema } from '../openapi/document.ts'
import { print, raw } from './code.ts'
import type { DefaultOf } from './defaults.ts'
import type { FileStyle } from './header.ts'
import { usedHelpers } from './helper-code.ts'
import type { Names } from './names.ts'
import { helpers } from './zod/helpers.ts'
import { inOrderOfUse } from './zod/order.ts'
import { createRenderer } from './zod/render.ts'

/** Returns the name under which `schemas.ts` exports a schema. */
export function zodName(name: string): string {
  return `z${name}`
}

/**
 * Renders `schemas.ts`. Its zod schemas accept the same values as a JSON Schema validator. They allow unknown
 * properties, but drop them.
 */
export function renderSchemas(
  { schemas, nameOf }: Names,
  defaultOf: DefaultOf,
  { header, library }: Pick<FileStyle, 'header' | 'library'>,
): string {
  const targets = (name: string) => referencesIn(schemas[name]).map((reference) => nameOf(reference))
  const names = inOrderOfUse(Object.keys(schemas), targets)
  const positions = new Map(names.map((name, position) => [name, position]))
  let current = 0
  const isLater = (reference: object) => (positions.get(nameOf(reference as Ref)) ?? 0) >= current
  const render = createRenderer({
    resolve: (schema) => schemas[nameOf(schema as Ref)] ?? true,
    // Without the annotation, TypeScript could not infer the type of a schema that contains itself.
    reference: (schema) => {
      const name = zodName(nameOf(schema as Ref))
      return raw(isLater(schema) ? `z.lazy((): any => ${name})` : name)
    },
    isLater,
    defaultOf,
  })
  const code = names.map((name, position) => {
    current = position
    const start = `export const ${zodName(name)} = `
    return start + print(render(schemas[name] as Schema), 0, start.length)
  })
  // Imports zod from zod-openapi, which adds the method `openapi` only to schemas that are created later.
  const imports = `import { z } from '${library}'`
  const parts = [`${header}\n${imports}`, ...usedHelpers(code.join('\n'), helpers), ...code]
  return `${parts.join('\n\n')}\n`
}

function referencesIn(schema: unknown): Ref[] {
  const references: Ref[] = []
  walk(schema, (node) => {
    if (typeof node.$ref === 'string') references.push({ $ref: node.$ref })
  })
  return references
}
