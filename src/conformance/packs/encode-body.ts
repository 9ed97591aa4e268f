import type { MediaType } from '../../openapi/document.ts'
import { type FileFields, multipartParts, type Part } from '../../openapi/files.ts'
import { isForm, isJson, isMultipart } from '../../openapi/media-type.ts'
import { formFields } from '../../openapi/serialize.ts'

export interface BodyEncoding {
  mediaType: string
  /** How the fields of a form are written. */
  encoding?: MediaType['encoding'] | undefined
  /** The fields of a form that are files. */
  files?: FileFields | undefined
}

const boundary = 'auth-contracts-boundary'

/** Returns the value of `Content-Type` for a body of this type. */
export function contentTypeOf(mediaType: string): string {
  return isMultipart(mediaType) ? `${mediaType}; boundary=${boundary}` : mediaType
}

/** Writes a body in its media type. Texts of other types than JSON and forms are sent as they are. */
export function encodeBody(body: unknown, { mediaType, encoding, files }: BodyEncoding): string {
  const isFields = typeof body === 'object' && body !== null && !Array.isArray(body)
  if (isFields && isForm(mediaType)) return new URLSearchParams(formFields(body, encoding)).toString()
  if (isFields && isMultipart(mediaType)) return multipart(multipartParts(body, { encoding, files }))
  return typeof body === 'string' && !isJson(mediaType) ? body : JSON.stringify(body)
}

/** Writes the parts of RFC 7578. */
function multipart(parts: Part[]): string {
  const written = parts.map(({ name, text, file, type = file?.type }) => {
    const fileName = file ? `; filename="${file.name}"` : ''
    const contentType = type ?? (file && 'application/octet-stream')
    const headers = [
      `Content-Disposition: form-data; name="${name}"${fileName}`,
      ...(contentType ? [`Content-Type: ${contentType}`] : []),
    ]
    return `--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n${text}\r\n`
  })
  return `${written.join('')}--${boundary}--\r\n`
}
