import { type ExampleFile, multipartParts } from '../openapi/files.ts'
import { isForm, isJson, isMultipart } from '../openapi/media-type.ts'
import { formFields } from '../openapi/serialize.ts'
import type { Call } from './call.ts'
import { serializeValue } from './serialize.ts'
import { isText, toIdentifier, type Value, variableText } from './values.ts'

export type Body = NonNullable<Call['body']>

/** How code writes a body: as JSON, as the fields of a form, as a file, or unchanged. */
export function bodyKind({
  mediaType,
  isRaw,
  value,
  file,
  parts,
}: Body): 'json' | 'form' | 'multipart' | 'file' | 'raw' {
  if (file) return 'file'
  if (isRaw) return 'raw'
  if (parts) return 'multipart'
  const hasFields = typeof value === 'object' && value !== null && !Array.isArray(value) && !isText(value)
  if (hasFields && isForm(mediaType)) return 'form'
  if (hasFields && isMultipart(mediaType)) return 'multipart'
  return isJson(mediaType) ? 'json' : 'raw'
}

/** Returns the fields of a form that is not multipart. */
export function fieldsOf({ value, encoding }: Body): [name: string, value: Value][] {
  return serializeValue(value, (plain, read) =>
    formFields(Object(plain), encoding).map(([name, text]) => [name, read(text)]),
  )
}

/** A part of a multipart body: a value, or a file in its place. */
export interface Part {
  name: string
  value: Value
  /** The media type of a value that has another one than `text/plain`. */
  type?: string
  file?: ExampleFile
  /** The constant of the file, in camelCase. Other files of the field have others. */
  constant?: string
}

/** Returns the parts of a multipart body. */
export function partsOf(body: Body): Part[] {
  const files = new Map<string, ExampleFile>()
  return (body.parts ?? serializedParts(body)).map((part) =>
    part.file ? { ...part, constant: addFile(part.name, part.file, files) } : part,
  )
}

function serializedParts({ value, encoding, files }: Body): Part[] {
  return serializeValue(value, (plain, read) =>
    multipartParts(Object(plain), { encoding, files }).map(({ text, ...part }) => ({
      ...part,
      value: read(text),
    })),
  )
}

/** Adds a file to those with a constant, unless it is there, and returns its constant. */
function addFile(field: string, file: ExampleFile, files: Map<string, ExampleFile>): string {
  const name = toIdentifier(field)
  const isFree = (constant: string) => {
    const other = files.get(constant)
    return !other || (other.name === file.name && other.type === file.type)
  }
  let constant = name
  for (let count = 2; !isFree(constant); count++) constant = `${name}${count}`
  files.set(constant, file)
  return constant
}

/** Returns the files that a body sends by the names of their constants, in camelCase. */
export function filesOf(body: Body): Map<string, ExampleFile> {
  if (body.file) return new Map([['file', body.file]])
  if (bodyKind(body) !== 'multipart') return new Map()
  return new Map(
    partsOf(body).flatMap(({ file, constant }) => (file && constant ? [[constant, file] as const] : [])),
  )
}

/** Returns the value of a body with constants in place of its files. */
export function withFileConstants(body: Body): Value {
  const { value, file, files } = body
  if (file) return variableText('file')
  if (!files || typeof value !== 'object' || value === null) return value
  const constants = new Map(partsOf(body).map(({ name, constant }) => [name, constant]))
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const constant = variableText(constants.get(name) ?? toIdentifier(name))
      return [name, files.has(name) ? (Array.isArray(each) ? each.map(() => constant) : constant) : each]
    }),
  )
}
