import { getExtension } from 'hono/utils/mime'
import type { Encoding, MediaType, Schema } from './document.ts'
import { concreteType, essenceOf, isMultipart, isTextType } from './media-type.ts'
import { mergeSchemas } from './merge-schemas.ts'
import { isRef, resolveRef } from './resolve-ref.ts'
import { itemsOf, propertiesOf } from './schema-shape.ts'
import { formFields } from './serialize.ts'

/** A file of an example request, in place of which readers send their own. */
export interface ExampleFile {
  name: string
  /** Its media type, if the contract names one. */
  type?: string
}

/** The files of a multipart body by field. */
export type FileFields = ReadonlyMap<string, ExampleFile & { isRequired: boolean }>

/** A part of a multipart body: a text, or a file in its place. */
export interface Part {
  name: string
  text: string
  file?: ExampleFile
  /** The media type of a text that has another one than `text/plain`. */
  type?: string
}

/**
 * Returns the file that a body consists of.
 * @returns undefined for text, JSON and forms
 */
export function bodyFile(document: object, mediaType: string, media: MediaType): ExampleFile | undefined {
  const isFile = !isMultipart(mediaType) && fileSchemas(document, mediaType, media).length > 0
  return isFile ? exampleFile('file', mediaType) : undefined
}

/** Returns the fields of a multipart body that are files, also those that are lists of files. */
export function fileFields(
  document: object,
  mediaType: string,
  { schema = {}, encoding = {} }: MediaType,
): FileFields {
  if (!isMultipart(mediaType)) return new Map()
  const { required = [] } = mergeSchemas(document, schema)
  return new Map(
    Object.entries(propertiesOf(document, schema)).flatMap(([name, property]) => {
      const { contentType } = encodingOf(encoding, name)
      const [found] = binarySchemas(document, property, contentType)
      if (!found) return []
      const base = name.replace(/\W+/g, '-').replace(/^-+|-+$/g, '') || 'file'
      const file = exampleFile(base, contentType ?? found.contentMediaType)
      return [[name, { ...file, isRequired: required.includes(name) }] as const]
    }),
  )
}

/** Returns the schemas of the files in a body, or of a body that is a file. */
export function fileSchemas(
  document: object,
  mediaType: string,
  { schema = {}, encoding = {} }: MediaType,
): Schema[] {
  if (isMultipart(mediaType))
    return Object.entries(propertiesOf(document, schema)).flatMap(([name, property]) =>
      binarySchemas(document, property, encodingOf(encoding, name).contentType),
    )
  const type = concreteType(essenceOf(mediaType))
  return /[/+]json$|^multipart\//.test(type) ? [] : binarySchemas(document, schema, type)
}

/** Adds the required files to the value of a form. An example in JSON cannot contain them. */
export function withRequiredFiles<T>(form: T, files: FileFields = new Map()): T {
  if (typeof form !== 'object' || form === null) return form
  const missing = [...files].filter(([name, { isRequired }]) => isRequired && !Object.hasOwn(form, name))
  return missing.length > 0 ? { ...form, ...Object.fromEntries(missing.map(([name]) => [name, ''])) } : form
}

/** Writes the parts of a multipart body (OpenAPI 3.1.1, §4.8.15). */
export function multipartParts(
  form: object,
  { encoding = {}, files }: { encoding?: MediaType['encoding'] | undefined; files?: FileFields | undefined },
): Part[] {
  return formFields(form, encoding).map(([name, text]) => {
    const { isRequired: _, ...file } = files?.get(name) ?? {}
    if ('name' in file) return { name, text, file }
    const [type] = typesOfPart(encodingOf(encoding, name))
    return { name, text, ...(type !== undefined && type !== 'text/plain' && { type: concreteType(type) }) }
  })
}

/** Returns the media types that a part may have; none if its schema or the style of a query decides. */
export function typesOfPart({ contentType, style, explode }: Encoding): string[] {
  if (contentType === undefined || style !== undefined || explode !== undefined) return []
  return contentType.split(',').map(essenceOf)
}

/** Returns how a property of a form is written. */
export const encodingOf = (encoding: Record<string, Encoding>, name: string): Encoding =>
  (Object.hasOwn(encoding, name) && encoding[name]) || {}

/**
 * Returns the schemas of bytes among a schema, its alternatives and items; none if its values are text or
 * JSON.
 * @param contentType the media type of the value, or several, separated by commas
 */
function binarySchemas(
  document: object,
  schema: Schema,
  contentType: string | undefined,
  seen = new Set<Schema>(),
): Schema[] {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return []
  seen.add(schema)
  const whole = mergeSchemas(document, schema)
  const { anyOf = [], oneOf = [], items } = whole
  const inner = (parts: Schema[]) => parts.flatMap((part) => binarySchemas(document, part, contentType, seen))
  const parts = [...anyOf, ...oneOf, ...(items ? [itemsOf(document, schema)] : [])]
  if (parts.length > 0) return inner(parts)
  if (!isBinary(whole, contentType)) return []
  const target = isRef(schema) ? [resolveRef<Schema>(document, { $ref: schema.$ref })] : []
  return [...new Set([whole, ...inner([...target, ...(schema.allOf ?? [])])])]
}

/**
 * Tells whether a schema describes bytes: with the format of OpenAPI 3.0, with the keywords of JSON Schema,
 * or, because JSON cannot contain bytes, without a type (OpenAPI 3.1.1, §4.8.14.3 and §4.8.15.1).
 */
export function isBinary(schema: Typing, contentType?: string): boolean {
  const { type = [], format, contentEncoding, contentMediaType } = schema
  const types = [type].flat().filter((each) => each !== 'null')
  if (types.length > 0 && !types.includes('string')) return false
  if (contentEncoding !== undefined) return /^(?:7bit|8bit|binary)$/i.test(contentEncoding)
  if (format !== undefined) return format === 'binary'
  if (schema.enum || schema.const !== undefined || schema.pattern !== undefined) return false
  if (types.length === 0 && !Object.keys(schema).every(isAnnotation)) return false
  const mediaTypes = (contentType ?? contentMediaType)?.split(',')
  return mediaTypes ? mediaTypes.some((each) => !isTextType(each)) : types.length === 0
}

type Typing = Pick<
  Schema,
  'type' | 'format' | 'contentEncoding' | 'contentMediaType' | 'enum' | 'const' | 'pattern'
>

/** Keywords that imply no type. The length of bytes can have a maximum. */
const isAnnotation = (key: string) =>
  /^(?:title|description|deprecated|readOnly|writeOnly|contentMediaType|maxLength|x-.*)$/.test(key)

/** Names a file by its media type, or by the first of several. */
function exampleFile(base: string, mediaTypes = ''): ExampleFile {
  const [first] = mediaTypes.split(',')
  const type = essenceOf(first) === '*/*' ? '' : concreteType(essenceOf(first))
  if (type === '' || type === 'application/octet-stream') return { name: `${base}.bin` }
  const [group, subtype = ''] = type.split('/')
  // The subtypes of images, sounds, videos and fonts that the list lacks are extensions, such as `heic`.
  const isExtension = group !== 'application' && /^[a-z\d]{2,4}$/.test(subtype)
  return { name: `${base}.${getExtension(type) ?? (isExtension ? subtype : 'bin')}`, type }
}
