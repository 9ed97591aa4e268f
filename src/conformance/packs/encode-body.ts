import type { MediaType } from '../../openapi/document.ts'
import { isForm, isJson, isMultipart } from '../../openapi/media-type.ts'
import { type Fields, formFields } from '../../openapi/serialize.ts'

/** A part of a form is sent as a file if its schema says so. */
export interface BodyEncoding {
  mediaType: string
  /** How the fields of a form are written. */
  encoding?: MediaType['encoding']
  /** The fields that are files. */
  files?: string[]
}

const boundary = 'auth-contracts-boundary'

/** Returns the value of `Content-Type` for a body of this type. */
export function contentTypeOf(mediaType: string): string {
  return isMultipart(mediaType) ? `${mediaType}; boundary=${boundary}` : mediaType
}

/** Writes a body in its media type. Texts of other types than JSON and forms are sent as they are. */
export function encodeBody(body: unknown, { mediaType, encoding, files = [] }: BodyEncoding): string {
  const isFields = typeof body === 'object' && body !== null && !Array.isArray(body)
  if (isFields && isForm(mediaType)) return new URLSearchParams(formFields(body, encoding)).toString()
  if (isFields && isMultipart(mediaType)) return multipart(formFields(body, encoding), files)
  return typeof body === 'string' && !isJson(mediaType) ? body : JSON.stringify(body)
}

/** Returns whether a body of this type is a list of fields, in which every value is text. */
export const isFormType = (mediaType: string): boolean => isForm(mediaType) || isMultipart(mediaType)

/** Writes the parts of RFC 7578. */
function multipart(fields: Fields, files: string[]): string {
  const parts = fields.map(([name, value]) => {
    const file = files.includes(name) ? '; filename="example.txt"\r\nContent-Type: text/plain' : ''
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`
  })
  return `${parts.join('')}--${boundary}--\r\n`
}
