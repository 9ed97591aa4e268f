import { getOpenApiMetadata } from '@asteasolutions/zod-to-openapi'
import type { z } from '@hono/zod-openapi'
import type { Schema } from '../openapi/document.ts'
import { type ParameterFormat, type RequestTexts, readParameter } from '../openapi/read-parameter.ts'
import { hasScalar, itemsOf, typesOf } from '../openapi/schema-shape.ts'
import { convertTexts, jsonSchemaOf } from './convert-texts.ts'

/** Reads a parameter of a request; undefined if it is absent. */
export type ReadParameter = (request: RequestTexts) => unknown

/**
 * Creates the readers of the parameters that are more than text or a list of texts: objects, those that can
 * be a list or a single value, and those of the styles `deepObject`, `label` and `matrix`. The schemas of
 * routes read the others.
 * @param parameters the schema of all parameters in a location
 */
export function createReaders(parameters: z.ZodObject, location: ParameterFormat['in']) {
  const names = Object.keys(parameters.shape)
  const readers = Object.entries(parameters.shape).flatMap(([name, field]) => {
    const reader = createReader(field as z.ZodType, { name, in: location }, names)
    return reader ? [[name, reader] as const] : []
  })
  return new Map<string, ReadParameter>(readers)
}

function createReader(
  field: z.ZodType,
  id: Pick<ParameterFormat, 'name' | 'in'>,
  names: string[],
): ReadParameter | undefined {
  const { style, explode, content } = getOpenApiMetadata(field).param ?? {}
  if (content) return undefined
  const schema = jsonSchemaOf(field)
  const types = typesOf(schema, schema)
  const isObject = types.has('object') || typesOf(schema, itemsOf(schema, schema)).has('object')
  const isMixed = types.has('array') && hasScalar(types)
  if (!isObject && !isMixed && !['deepObject', 'label', 'matrix'].includes(style ?? '')) return undefined
  const format = { ...id, style, explode, mediaType: undefined }
  return (request) => {
    const complete = withFreeProperties(schema, request.query, names)
    return convertTexts(schema, complete, readParameter(schema, format, complete, request))
  }
}

/**
 * Adds the properties that a query can have by `additionalProperties`: all of its names except those of
 * parameters. The name of the object itself does not occur in a query of the style `form`.
 */
function withFreeProperties(schema: Schema, query: URLSearchParams, names: string[]): Schema {
  const { additionalProperties, properties } = schema
  if (typeof additionalProperties !== 'object') return schema
  const free = [...new Set(query.keys())].filter((name) => !names.includes(name))
  const others = free.map((name) => [name, additionalProperties])
  return { ...schema, properties: { ...Object.fromEntries(others), ...properties } }
}
