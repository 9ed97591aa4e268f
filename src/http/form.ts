import type { z } from '@hono/zod-openapi'
import type { Encoding, Schema } from '../openapi/document.ts'
import { isForm } from '../openapi/media-type.ts'
import { findWrongParts } from '../openapi/part-types.ts'
import { readForm } from '../openapi/read-form.ts'
import { itemsOf, propertiesOf, typesOf } from '../openapi/schema-shape.ts'
import { convertTexts, jsonSchemaOf } from './convert-texts.ts'
import { HttpError } from './http-error.ts'
import type { Violation } from './violations.ts'

/** The fields of a form, and its parts of a wrong media type. */
export interface ParsedForm {
  value: Record<string, unknown>
  violations: Violation[]
}

/**
 * Parses a form body into an object of texts, files, and what its schema demands in place of texts.
 * @param contentType with the boundary of a multipart body
 * @throws {HttpError} badRequest, if a multipart body is malformed
 */
export async function parseForm(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
  { schema, encoding = {} }: { schema: z.ZodType; encoding?: Record<string, Encoding> | undefined },
): Promise<ParsedForm> {
  const shape = shapeOf(schema)
  const isUrlEncoded = isForm(contentType)
  const fields = isUrlEncoded
    ? new URLSearchParams(new TextDecoder().decode(bytes))
    : await readTexts(shape, await readMultipart(bytes, contentType))
  const wrongParts = isUrlEncoded ? [] : findWrongParts(encoding, bytes, contentType)
  const form = readForm(shape, shape, encoding, fields)
  return {
    value: convertTexts(shape, shape, form) as Record<string, unknown>,
    violations: wrongParts.map(({ name, message }) => ({ in: 'body', path: name, rule: 'form', message })),
  }
}

const shapes = new WeakMap<z.ZodType, Schema>()

function shapeOf(schema: z.ZodType): Schema {
  const known = shapes.get(schema) ?? jsonSchemaOf(schema)
  shapes.set(schema, known)
  return known
}

async function readMultipart(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'Content-Type': contentType } }).formData()
  } catch {
    throw new HttpError({
      kind: 'badRequest',
      status: 400,
      message: 'The body is not valid multipart/form-data',
    })
  }
}

/** Reads the parts that are sent as files, but are JSON: browsers send texts with a media type as files. */
async function readTexts(shape: Schema, form: FormData): Promise<FormData> {
  const properties = propertiesOf(shape, shape)
  const isJson = (name: string) => {
    const property = (Object.hasOwn(properties, name) && properties[name]) || {}
    return [property, itemsOf(shape, property)].some((each) => {
      const types = typesOf(shape, each)
      return types.has('object') && !types.has('string')
    })
  }
  const texts = new FormData()
  for (const [name, value] of form)
    texts.append(name, value instanceof Blob && isJson(name) ? await value.text() : value)
  return texts
}
