import type { Document, Schema } from '../openapi/document.ts'
import { essenceOf, findMediaType } from '../openapi/media-type.ts'
import { readContent } from '../openapi/read-content.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import type { Content, DeclaredBody } from './operation.ts'
import { type Rejection, type Violation, violation } from './violations.ts'

/** A body and the declaration that it belongs to. */
export interface ReadBody {
  value?: unknown
  content?: Content
  /** The parts of a form whose media type the contract does not allow. */
  violations?: Violation[]
  /** The error of a body that cannot be read. */
  error?: Rejection
}

/**
 * Reads a body by its media type. The fields of a form are text, or lists and objects of text.
 * @param headers names are in lower case
 */
export async function readBody(
  document: Document,
  { contents }: DeclaredBody,
  bytes: Uint8Array<ArrayBuffer>,
  { 'content-type': contentType, 'content-encoding': encoding = 'identity' }: Record<string, string>,
): Promise<ReadBody> {
  if (bytes.byteLength === 0) return {}
  if (encoding.trim().toLowerCase() !== 'identity')
    return rejectMediaType('content-encoding', `Content-Encoding "${encoding}" is not supported`)
  const type = essenceOf(contentType)
  const declared = findMediaType(
    contents.map(({ mediaType }) => mediaType),
    type,
  )
  const content = contents.find(({ mediaType }) => mediaType === declared)
  if (!content) {
    const expected = `Content-Type must be ${contents.map(({ mediaType }) => mediaType).join(' or ')}`
    const reason = contentType ? `${expected}, not "${contentType}"` : `${expected}, but is missing`
    return rejectMediaType('content-type', reason)
  }
  const schema = content.schema === undefined ? {} : schemaAt(document, content.schema)
  const read = await readContent(document, { schema, encoding: content.encoding }, bytes, contentType ?? '')
  if ('error' in read) return { error: syntaxError(read.error.code, `Request body ${read.error.message}`) }
  const violations = (read.wrongParts ?? []).map(({ name, message }) =>
    violation(['request', 'body', name], 'contentType', `Request body property ${name} ${message}`),
  )
  return { content, value: read.value, violations }
}

/** Returns the schema at a JSON Pointer. */
export function schemaAt(document: Document, pointer: string): Schema {
  return resolveRef<Schema>(document, { $ref: `#${encodeURI(pointer)}` })
}

function rejectMediaType(header: string, message: string): ReadBody {
  return {
    error: { reason: 'mediaType', violations: [violation(['request', 'header', header], 415, message)] },
  }
}

function syntaxError(code: string, message: string): Rejection {
  return { reason: 'syntax', violations: [violation(['request', 'body'], code, message)] }
}
