import { STATUS_CODES } from 'node:http'
import type { Document, Operation, Response } from '../openapi/document.ts'
import { exampleResponses } from '../openapi/examples.ts'
import { isJson } from '../openapi/media-type.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import { withSampleBody } from '../openapi/sample-response.ts'
import { statusOf } from '../openapi/status.ts'

/** A response that API clients show next to a request. */
export interface SavedResponse {
  name: string
  status: number
  reason: string
  headers: Record<string, string>
  body?: { language: 'json' | 'text'; text: string }
}

/** Returns the example responses of an operation. Statuses without examples have one made from the schema. */
export function savedResponses(
  document: Document,
  { operationId = '', responses = {} }: Operation,
): SavedResponse[] {
  const examples = exampleResponses(document, operationId)
  const keys = Object.keys(responses)
  return keys.flatMap((key) => {
    const { content } = resolveRef<Response>(document, responses[key] as Response)
    const [type] = Object.keys(content ?? {})
    return (examples?.get(statusOf(key, keys)) ?? []).map(({ name, response }) => {
      const { status, headers, body } = withSampleBody(document, content, response)
      const reason = STATUS_CODES[status] ?? ''
      return {
        name: [status, name ?? reason].join(' ').trim(),
        status,
        reason,
        headers: {
          ...(type !== undefined && { 'Content-Type': type }),
          ...Object.fromEntries(Object.entries(headers).map(([field, value]) => [field, String(value)])),
        },
        ...(body !== undefined && { body: bodyOf(type, body) }),
      }
    })
  })
}

function bodyOf(type = '', body: unknown): NonNullable<SavedResponse['body']> {
  return isJson(type) || typeof body !== 'string'
    ? { language: 'json', text: JSON.stringify(body, null, 2) }
    : { language: 'text', text: body }
}
