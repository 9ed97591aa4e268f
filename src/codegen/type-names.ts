import type { Document } from '../openapi/document.ts'
import { print } from './code.ts'
import { toPascalCase, uniqueName } from './names.ts'

/** The prefix of the types of each kind of component. */
const prefixes = {
  schemas: '',
  responses: 'Response',
  parameters: 'Parameter',
  requestBodies: 'RequestBody',
  headers: 'Header',
}

/** Types of TypeScript that `types.ts` uses itself. */
const reserved = ['Blob', 'Omit', 'Record', 'WithRequired']

/**
 * Renders a type for each component, to import it by its name. Not those of openapi-typescript, which drop a
 * name that differs from another only in case, and can be no identifiers or hide types of TypeScript.
 */
export function renderTypeNames({ components = {} }: Document): string {
  const taken: Record<string, unknown> = Object.fromEntries(reserved.map((name) => [name, true]))
  const lines = Object.entries(prefixes).flatMap(([kind, prefix]) =>
    Object.keys(components[kind as keyof typeof prefixes] ?? {}).map((name) => {
      const identifier = `${prefix}${toPascalCase(name)}`
      const unique = uniqueName(/^[A-Za-z]/.test(identifier) ? identifier : `Schema${identifier}`, taken)
      taken[unique] = true
      return `export type ${unique} = components[${print(kind)}][${print(name)}]`
    }),
  )
  return lines.map((line) => `${line}\n`).join('')
}
