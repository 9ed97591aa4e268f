import { operationCredentials } from './credentials.ts'
import type { Document, Operation } from './document.ts'
import type { ExampleBody, ExampleRequest } from './example-request.ts'
import type { ExampleResponse } from './examples.ts'
import { type ExampleFile, multipartParts, type Part, withRequiredFiles } from './files.ts'
import { isForm, isJson, isMultipart } from './media-type.ts'
import { requestFields, requestTarget } from './request-fields.ts'
import { formFields } from './serialize.ts'

/** Writes an example request as an HTTP message, with the example credentials of the operation. */
export function requestMessage(
  document: Pick<Document, 'components' | 'security'>,
  operation: Operation,
  request: ExampleRequest,
): string {
  const { method, path, parameters, body } = request
  const fields = requestFields(parameters, operationCredentials(document, operation))
  const { type, text } = body ? requestBody(body) : {}
  const headers = { ...fields.headers, ...(type !== undefined && { 'Content-Type': type }) }
  const start = `${method} ${requestTarget(path, fields)} HTTP/1.1`
  return message(start, headers, text)
}

function requestBody({ mediaType, value, encoding, file, files }: ExampleBody): {
  type: string
  text: string
} {
  if (file) return { type: mediaType, text: placeholder(file) }
  if (isForm(mediaType))
    return { type: mediaType, text: String(new URLSearchParams(formFields(Object(value), encoding))) }
  if (!isMultipart(mediaType)) return { type: mediaType, text: bodyText(mediaType, value) }
  const parts = multipartParts(Object(withRequiredFiles(value, files)), { encoding, files })
  return {
    type: `${mediaType}; boundary=${boundary}`,
    text: [...parts.map(partText), `--${boundary}--`].join('\n'),
  }
}

const boundary = 'boundary'

/** Writes a part of a multipart body (RFC 7578, section 4). */
function partText({ name, text, type, file }: Part): string {
  const fileName = file ? `; filename="${file.name}"` : ''
  const contentType = file ? (file.type ?? 'application/octet-stream') : type
  return [
    `--${boundary}`,
    `Content-Disposition: form-data; name="${name}"${fileName}`,
    ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
    '',
    file ? placeholder(file) : text,
  ].join('\n')
}

const placeholder = ({ name }: ExampleFile) => `(content of ${name})`

/**
 * Writes an example response as an HTTP message.
 * @param reason the reason phrase of the status
 */
export function responseMessage(
  { status, headers, body }: ExampleResponse,
  mediaType: string | undefined,
  reason: string,
): string {
  const fields = { ...(mediaType && { 'Content-Type': mediaType }), ...headers }
  return message(
    `HTTP/1.1 ${status} ${reason}`,
    fields,
    body === undefined ? undefined : bodyText(mediaType, body),
  )
}

function message(start: string, fields: Record<string, string | number>, body: string | undefined): string {
  const lines = [start, ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`)]
  return [lines.join('\n'), ...(body === undefined ? [] : [body])].join('\n\n')
}

const bodyText = (mediaType = '', body: unknown): string =>
  typeof body === 'string' && !isJson(mediaType) ? body : JSON.stringify(body, null, 2)
