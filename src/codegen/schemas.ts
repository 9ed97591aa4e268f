import { walk } from '../contract-files/walk.ts'
import type { Ref, Schema } from '../openapi/document.ts'
import { refName } from '../openapi/resolve-ref.ts'
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
  { header, library, importExtension }: FileStyle,
): string {
  const targets = (name: string) => referencesIn(schemas[name]).map((reference) => nameOf(reference))
  const names = inOrderOfUse(Object.keys(schemas), targets)
  const positions = new Map(names.map((name, position) => [name, position]))
  let current = 0
  const isLater = (reference: object) => (positions.get(nameOf(reference as Ref)) ?? 0) >= current
  const render = createRenderer({
    resolve: (schema) => schemas[nameOf(schema as Ref)] ?? true,
    reference: (schema) => {
      const name = zodName(nameOf(schema as Ref))
      return raw(isLater(schema) ? lazy(name, refName(schema as Ref)) : name)
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
  const imports = [`import { z } from '${library}'`]
  if (code.some((text) => text.includes(schemaTypes)))
    imports.push(`import type { components } from './types${importExtension}'`)
  const parts = [`${header}\n${imports.join('\n')}`, ...usedHelpers(code.join('\n'), helpers), ...code]
  return `${parts.join('\n\n')}\n`
}

/**
 * Renders a reference to a schema that does not exist yet. Its type is that of `types.ts`, because TypeScript
 * cannot infer the type of a schema that contains itself.
 */
function lazy(zodName: string, schemaName: string): string {
  const type = `${schemaTypes}[${print(schemaName)}]`
  return `z.lazy((): z.ZodType<${type}, ${type}> => ${zodName} as never)`
}

const schemaTypes = "components['schemas']"

function referencesIn(schema: unknown): Ref[] {
  const references: Ref[] = []
  walk(schema, (node) => {
    if (typeof node.$ref === 'string') references.push({ $ref: node.$ref })
  })
  return references
}
