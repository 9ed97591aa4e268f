import type { Document, Examples, Schema } from '../openapi/document.ts'
import { exampleResponses } from '../openapi/examples.ts'
import { endpointsOf } from '../openapi/operations.ts'
import { isRef, resolveRef } from '../openapi/resolve-ref.ts'

/**
 * Adds to a document what follows from the rest of it, for tools that do not look further: examples of the
 * properties of requests, formats of integers, and example credentials in descriptions. Changes the document.
 */
export function completeDocument(document: Document): Document {
  addPropertyExamples(document)
  addIntegerFormats(document)
  describeCredentials(document)
  return document
}

/** Copies the values of the request examples with a success to the properties of their schemas. */
function addPropertyExamples(document: Document): void {
  for (const { operation } of endpointsOf(document)) {
    const { operationId = '', requestBody } = operation
    const { content = {} } = requestBody ? resolveRef(document, requestBody) : {}
    const failures = failuresOf(document, operationId)
    for (const { schema, examples = {} } of Object.values(content)) {
      for (const value of valuesOf(document, examples, failures))
        if (schema) addExamples(document, schema, value)
    }
  }
}

/** Returns the names of the examples with an error response. */
function failuresOf(document: Document, operationId: string): Set<string | undefined> {
  const responses = [...(exampleResponses(document, operationId)?.values() ?? [])].flat()
  return new Set(responses.filter(({ response }) => response.status >= 400).map(({ name }) => name))
}

function valuesOf(document: Document, examples: Examples, failures: Set<string | undefined>): unknown[] {
  return Object.entries(examples)
    .filter(([name]) => !failures.has(name))
    .map(([, example]) => resolveRef(document, example).value)
}

function addExamples(document: Document, node: Schema, value: unknown): void {
  if (Array.isArray(value)) {
    const { items } = resolveRef(document, node)
    if (items) addExamples(document, items, value[0])
    return
  }
  if (typeof value !== 'object' || value === null) return
  const schema = resolveRef(document, node)
  const branches = [schema.anyOf, schema.oneOf].flatMap((list = []) => {
    const match = list.find((branch) => describesObject(document, branch, value))
    return match ? [match] : []
  })
  for (const part of [...(schema.allOf ?? []), ...branches]) addExamples(document, part, value)
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const example: unknown = Reflect.get(value, name)
    if (example === undefined || example === null) continue
    if (hasProperties(document, property, example)) addExamples(document, property, example)
    else addExample(document, property, example)
  }
}

/** Adds an example to a property, next to its reference if it has one, unless its values are documented. */
function addExample(document: Document, property: Schema, example: unknown): void {
  const isDocumented = (schema: Schema) => schema.examples !== undefined || schema.const !== undefined
  if (!isDocumented(property) && !isDocumented(resolveRef(document, property))) property.examples = [example]
}

/** Tells whether the schema of an object, or of the objects in an array, lists properties. */
function hasProperties(document: Document, node: Schema, example: unknown): boolean {
  const { items, properties, allOf, anyOf, oneOf } = resolveRef(document, node)
  if (Array.isArray(example)) return items !== undefined && hasProperties(document, items, example[0])
  return (
    typeof example === 'object' && [properties, allOf, anyOf, oneOf].some((keyword) => keyword !== undefined)
  )
}

/** Tells whether a value has the required properties and the constants of a branch. */
function describesObject(document: Document, branch: Schema, value: object): boolean {
  const { required = [], properties = {} } = resolveRef(document, branch)
  return (
    required.every((name) => name in value) &&
    Object.entries(properties).every(([name, property]) => {
      const { const: constant } = resolveRef(document, property)
      return constant === undefined || !(name in value) || Reflect.get(value, name) === constant
    })
  )
}

const int32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }

/** Adds a format to each integer with a range, because most generators choose the type of a number by it. */
function addIntegerFormats(node: unknown): void {
  if (typeof node !== 'object' || node === null) return
  for (const value of Object.values(node)) addIntegerFormats(value)
  const { type, minimum, maximum, format } = node as Record<string, unknown>
  const isInteger = [type].flat().includes('integer')
  if (!isInteger || typeof minimum !== 'number' || typeof maximum !== 'number' || format !== undefined) return
  const fits = minimum >= int32.minimum && maximum <= int32.maximum
  Object.assign(node, { format: fits ? 'int32' : 'int64' })
}

/** Appends the example to the description of each opaque credential. Examples of JWTs work nowhere. */
function describeCredentials({ components }: Document): void {
  for (const scheme of Object.values(components?.securitySchemes ?? {})) {
    if (isRef(scheme)) continue
    const { description, bearerFormat, in: location, 'x-example': example } = scheme
    if (example === undefined || bearerFormat === 'JWT' || location === 'cookie') continue
    scheme.description = [description, `Example: \`${example}\`.`].filter(Boolean).join(' ')
  }
}
