import { parseBoundedJson } from './bounded-json.ts'
import type { Encoding, Schema } from './document.ts'
import { isForm, isJson, isMultipart } from './media-type.ts'
import { findWrongParts, type WrongPart } from './part-types.ts'
import { readForm } from './read-form.ts'

/** The value of a body and its parts of a wrong media type, or why the body is not of its media type. */
export type ReadContent =
  | { value: unknown; wrongParts?: WrongPart[] }
  | { error: { code: 'json' | 'multipart'; message: string } }

/**
 * Reads a body by its media type. The fields of a form are text, or lists and objects of text.
 * @param body bytes, or text, in which a byte that is not UTF-8 has been replaced
 * @param contentType with its parameters, such as the boundary
 */
export async function readContent(
  document: object,
  { schema, encoding = {} }: { schema: Schema; encoding?: Record<string, Encoding> | undefined },
  body: Uint8Array<ArrayBuffer> | string,
  contentType: string,
): Promise<ReadContent> {
  if (isMultipart(contentType)) {
    const fields = await new Response(body, { headers: { 'content-type': contentType } })
      .formData()
      .catch(() => undefined)
    if (!fields) return { error: { code: 'multipart', message: 'is not valid multipart/form-data' } }
    const value = readForm(document, schema, encoding, await toTexts(fields))
    return { value, wrongParts: findWrongParts(encoding, body, contentType) }
  }
  // Bytes that are not UTF-8 are left to the validation of the server, which reads them again.
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
  if (isForm(contentType)) return { value: readForm(document, schema, encoding, new URLSearchParams(text)) }
  if (!isJson(contentType)) return { value: text }
  try {
    return { value: parseBoundedJson(text) }
  } catch (error) {
    return { error: { code: 'json', message: `is not valid JSON: ${(error as Error).message}` } }
  }
}

async function toTexts(form: FormData): Promise<URLSearchParams> {
  const texts = await Promise.all(
    [...form].map(async ([name, value]) => [name, typeof value === 'string' ? value : await value.text()]),
  )
  return new URLSearchParams(texts)
}

/** XML is not parsed, so that its schema cannot be applied. */
export const isOpaque = (mediaType: string): boolean => /[/+]xml(;|$)/.test(mediaType)
