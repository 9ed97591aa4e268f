import { schemaPlaces } from '../contract-files/upgrade.ts'
import { walk } from '../contract-files/walk.ts'
import type { Document, Operation } from '../openapi/document.ts'
import { endpointsOf } from '../openapi/operations.ts'
import { toPointer, valueAt } from '../openapi/pointer.ts'
import { regExp } from './zod/strings.ts'

/** A part of a contract that the generated code cannot express. */
export interface Limit {
  /** The JSON Pointer of the part. */
  pointer: string
  /** A sentence with the reason. */
  message: string
}

/** Finds the parts of a contract that zod schemas and routes cannot express. */
export function findLimits(document: Document): Limit[] {
  return [...schemaLimits(document), ...operationLimits(document)]
}

/** Keywords that the generated code does not implement. Without them, it would accept invalid values. */
const unsupported = ['unevaluatedItems', 'unevaluatedProperties', '$dynamicRef', '$recursiveRef']

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']

function schemaLimits(document: Document): Limit[] {
  const limits: Limit[] = []
  visitWithPointer(document, (node: SchemaLike, pointer, place) => {
    // Security schemes and extensions can have a `type`, too.
    if (!schemaPlaces.has(place)) return
    const add = (key: string, message: string) => limits.push({ pointer: pointer + toPointer(key), message })
    for (const keyword of unsupported)
      if (node[keyword] !== undefined && node[keyword] !== true)
        add(keyword, `The generated code cannot express the keyword ${keyword}.`)
    if (typeof node.$ref === 'string' && !node.$ref.startsWith('#/components/schemas/'))
      add('$ref', `${node.$ref} is not a schema.${adviceFor(document, node.$ref)}`)
    for (const type of [node.type ?? []].flat())
      if (!types.includes(type))
        add('type', `JSON Schema has no type ${JSON.stringify(type)}. It has ${types.join(', ')}.`)
    if (Array.isArray(node.items)) add('items', 'A list of schemas belongs below prefixItems, not items.')
    const patterns = typeof node.pattern === 'string' ? [node.pattern] : []
    for (const pattern of [...patterns, ...Object.keys(node.patternProperties ?? {})])
      if (!isRegExp(pattern))
        add('pattern', `The pattern ${pattern} is not a regular expression of JavaScript.`)
  })
  return limits
}

/** Returns the advice to refer to the schema of a body in place of the response or request that has it. */
function adviceFor(document: Document, reference: string): string {
  const content = valueAt(document, `${reference.slice(1)}/content`)
  const [mediaType] = Object.keys(Object(content))
  return mediaType === undefined
    ? ''
    : ` Refer to its schema: ${reference}/content${toPointer(mediaType)}/schema.`
}

interface SchemaLike {
  type?: string | string[]
  patternProperties?: object
  [keyword: string]: unknown
}

function isRegExp(pattern: string): boolean {
  try {
    return regExp(pattern) !== ''
  } catch {
    return false
  }
}

/** Calls a function for each object of a document, except in examples. */
function visitWithPointer(
  document: Document,
  visit: (node: Record<string, unknown>, pointer: string, place: string) => void,
): void {
  const pointers = new Map<object, string>()
  const remember = (node: object, pointer: string) => {
    if (pointers.has(node)) return
    pointers.set(node, pointer)
    for (const [key, child] of Object.entries(node))
      if (typeof child === 'object' && child !== null) remember(child, pointer + toPointer(key))
  }
  remember(document, '')
  const seen = new Set<object>()
  walk(document, (node, place) => {
    if (seen.has(node)) return
    seen.add(node)
    visit(node, pointers.get(node) ?? '', place)
  })
}

function operationLimits(document: Document): Limit[] {
  return endpointsOf(document).flatMap(({ path, method, operation }) => {
    const pointer = toPointer('paths', path, method)
    return statusLimits(operation).map((message) => ({ pointer, message }))
  })
}

function statusLimits({ responses = {} }: Operation): string[] {
  return Object.keys(responses)
    .filter((status) => !/^([1-5]\d\d|[1-5]XX|default)$/.test(status) && !status.startsWith('x-'))
    .map((status) => `${status} is not a status. Use a number, a range such as 4XX, or default.`)
}
