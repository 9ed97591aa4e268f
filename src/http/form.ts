import { z } from '@hono/zod-openapi'
import { isForm } from '../openapi/media-type.ts'
import { HttpError } from './http-error.ts'

type Fields = Record<string, unknown>

/**
 * Reads a form body into an object. Its fields are texts and files, so numbers, booleans and lists are
 * converted where the schema demands them.
 * @param contentType with the boundary of a multipart body
 * @throws {HttpError} badRequest, if a multipart body is malformed
 */
export async function readForm(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
  schema: z.ZodType,
): Promise<Fields> {
  const isUrlEncoded = isForm(contentType)
  const entries = isUrlEncoded
    ? new URLSearchParams(new TextDecoder().decode(bytes))
    : await readMultipart(bytes, contentType)
  const schemas = fieldsOf(schema)
  const names = [...new Set(entries.keys())]
  return Object.fromEntries(
    names.map((name) => [name, convert(entries.getAll(name), schemas.get(name) ?? [])] as const),
  )
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

/** Returns the schemas of each field. A union declares a field several times. */
function fieldsOf(schema: unknown): Map<string, z.ZodType[]> {
  const fields = new Map<string, z.ZodType[]>()
  const add = (name: string, types: readonly z.ZodType[]) =>
    fields.set(name, [...(fields.get(name) ?? []), ...types])
  if (schema instanceof z.ZodObject)
    for (const [name, field] of Object.entries(schema.shape)) add(name, [field as z.ZodType])
  for (const part of partsOf(schema)) for (const [name, types] of fieldsOf(part)) add(name, types)
  return fields
}

function partsOf(schema: unknown): readonly unknown[] {
  if (schema instanceof z.ZodIntersection) return [schema.def.left, schema.def.right]
  if (schema instanceof z.ZodUnion) return schema.options
  if (schema instanceof z.ZodLazy || schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return [schema.unwrap()]
  return []
}

/**
 * Returns the first reading of the values that a schema accepts. Without any, the schema rejects the text.
 */
function convert(values: FormDataEntryValue[], schemas: readonly z.ZodType[]): unknown {
  const [first] = values
  const readings = values.length === 1 ? [first, ...readingsOf(first), values] : [values]
  const lists = values.map((value) => readingsOf(value)[0] ?? value)
  const accepted = [...readings, lists].find((reading) =>
    schemas.some((schema) => schema.safeParse(reading).success),
  )
  return accepted ?? (values.length === 1 ? first : values)
}

function readingsOf(value: FormDataEntryValue | undefined): unknown[] {
  if (typeof value !== 'string') return []
  if (value === 'true' || value === 'false') return [value === 'true']
  if (/^-?\d+(\.\d+)?$/.test(value)) return [Number(value)]
  // Objects in multipart bodies are JSON (OpenAPI 3.1, section 4.8.14.4).
  return /^[[{]/.test(value) ? parsed(value) : []
}

function parsed(text: string): unknown[] {
  try {
    return [JSON.parse(text)]
  } catch {
    return []
  }
}
