import { credentialFields, operationCredentials } from './credentials.ts'
import type { Document, MediaType, Operation } from './document.ts'
import type { ExampleRequest } from './example-request.ts'
import type { ExampleResponse } from './examples.ts'
import { isForm, isJson } from './media-type.ts'
import { formFields } from './serialize.ts'

/** Writes an example request as an HTTP message, with the example credentials of the operation. */
export function requestMessage(
  document: Pick<Document, 'components' | 'security'>,
  operation: Operation,
  request: ExampleRequest,
): string {
  const { method, headers, query, body } = request
  const credentials = credentialFields(operationCredentials(document, operation))
  const fields = {
    ...credentials.headers,
    ...headers,
    ...(body && { 'Content-Type': body.mediaType }),
  }
  const target = requestTarget({ ...request, query: { ...query, ...credentials.query } })
  const start = `${method} ${target} HTTP/1.1`
  return message(start, fields, body && bodyText(body.mediaType, body.value, body.encoding))
}

/** Returns the path of an example request with its query. */
export function requestTarget({ path, pathParameters, query }: ExampleRequest): string {
  const pathname = path.replace(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(pathParameters[name] ?? ''),
  )
  const search = new URLSearchParams(query)
  return search.size > 0 ? `${pathname}?${search}` : pathname
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
