import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Document, Schema } from '../openapi/document.ts'
import { readPattern } from '../openapi/pattern.ts'
import { toPointer } from '../openapi/pointer.ts'
import { schemaPlaces } from './upgrade.ts'
import { walk } from './walk.ts'

/** A schema that no value can be judged by. */
export interface SchemaProblem {
  message: string
  /** The JSON Pointer of the keyword that is wrong. */
  pointer: string
}

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']

/**
 * Finds the schemas that a validator of JSON Schema rejects. Compiling all schemas would find them, too, but
 * takes a hundred times as long.
 */
export function schemaProblems(document: Document): SchemaProblem[] {
  const kinds = kindsOfKeywords()
  const found: { schema: object; keys: string[]; message: string }[] = []
  walk(document, (schema, place) => {
    if (!schemaPlaces.has(place)) return
    for (const [keyword, value] of Object.entries(schema)) {
      const message = problemOf(keyword, value, kinds.get(keyword))
      if (message !== undefined) found.push({ schema, keys: [keyword], message })
    }
    for (const [pattern, ...keys] of patternsOf(schema))
      if (!readPattern(pattern)) {
        const message = `The pattern ${pattern} is not a regular expression of JavaScript.`
        found.push({ schema, keys, message })
      }
  })
  if (found.length === 0) return []
  const pointers = pointersOf(document, new Set(found.map(({ schema }) => schema)))
  return found.map(({ schema, keys, message }) => ({
    message,
    pointer: pointers.get(schema) + toPointer(...keys),
  }))
}

function problemOf(keyword: string, value: unknown, kinds: readonly string[] = []): string | undefined {
  if (keyword === 'type') {
    const unknown = [value].flat().find((type) => !types.some((known) => known === type))
    return unknown === undefined
      ? undefined
      : `${JSON.stringify(unknown)} is not a type of JSON Schema. There are ${types.join(', ')}.`
  }
  if (kinds.length > 0 && !kinds.includes(kindOf(value)))
    return `${keyword} must be ${kinds.map((kind) => (/^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`)).join(' or ')}.`
  if (keyword === 'enum' && Array.isArray(value) && value.length === 0)
    return 'enum is empty, so that no value is valid.'
  return undefined
}

/** Returns the patterns of a schema, each with the keys that lead to it. */
function patternsOf({ pattern, patternProperties }: Schema): [pattern: string, ...keys: string[]][] {
  return [
    ...(typeof pattern === 'string' ? [[pattern, 'pattern'] as [string, string]] : []),
    ...Object.keys(Object(patternProperties)).map((key): [string, string, string] => [
      key,
      'patternProperties',
      key,
    ]),
  ]
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value)

/** Returns the kinds of values that each keyword may have, as the validator demands. */
function kindsOfKeywords(): Map<string, readonly string[]> {
  const { RULES } = new Ajv2020({ validateSchema: false, logger: false })
  const definitions = Object.entries(RULES.all).flatMap(([keyword, rule]) =>
    typeof rule === 'object' ? [[keyword, [rule.definition.schemaType ?? []].flat()] as const] : [],
  )
  return new Map(definitions)
}

/** Returns the JSON Pointers of nodes. */
function pointersOf(document: object, wanted: ReadonlySet<object>): Map<object, string> {
  const pointers = new Map<object, string>()
  const visit = (node: unknown, pointer: string) => {
    if (typeof node !== 'object' || node === null) return
    if (wanted.has(node)) pointers.set(node, pointer)
    for (const [key, child] of Object.entries(node)) visit(child, pointer + toPointer(key))
  }
  visit(document, '')
  return pointers
}
