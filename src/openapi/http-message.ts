import { operationCredentials } from './credentials.ts'
import type { Document, MediaType, Operation } from './document.ts'
import type { ExampleRequest } from './example-request.ts'
import type { ExampleResponse } from './examples.ts'
import { isForm, isJson } from './media-type.ts'
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
  const headers = { ...fields.headers, ...(body && { 'Content-Type': body.mediaType }) }
  const start = `${method} ${requestTarget(path, fields)} HTTP/1.1`
  return message(start, headers, body && bodyText(body.mediaType, body.value, body.encoding))
}

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

function bodyText(mediaType = '', body: unknown, encoding?: MediaType['encoding']): string {
  if (typeof body === 'string' && !isJson(mediaType)) return body
  return isForm(mediaType)
    ? String(new URLSearchParams(formFields(Object(body), encoding)))
    : JSON.stringify(body, null, 2)
}
