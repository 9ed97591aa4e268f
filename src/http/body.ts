import { type RouteConfig, z } from '@hono/zod-openapi'
import type { Encoding } from '../openapi/document.ts'
import { essenceOf, isJson } from '../openapi/media-type.ts'
import { HttpError } from './http-error.ts'
import { findMedia, isText } from './media-types.ts'

/**
 * Reads a body.
 * @throws {HttpError} badRequest, if the client closes the connection first
 */
export async function readBytes(request: Pick<Request, 'arrayBuffer'>): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await request.arrayBuffer())
  } catch {
    throw incompleteBody()
  }
}

/** Creates the error for a body that ends early. The client is gone, so only logs and metrics show it. */
export function incompleteBody(): HttpError {
  return new HttpError({ kind: 'badRequest', status: 400, message: 'The body is incomplete' })
}

/**
 * Parses a JSON body. A `charset` parameter is ignored, because JSON is always UTF-8 (RFC 8259, section 8.1).
 * @throws {HttpError} unsupportedMediaType, malformedJson
 */
export function parseJson(bytes: Uint8Array, contentType: string | null): unknown {
  if (!isJson(essenceOf(contentType))) throw new HttpError({ kind: 'unsupportedMediaType' })
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new HttpError({ kind: 'malformedJson' })
  }
}

/**
 * Parses a body that is neither JSON nor a form: text into a string, anything else into a blob.
 */
export function parseOther(bytes: Uint8Array<ArrayBuffer>, type: string): string | Blob {
  return isText(type) ? new TextDecoder().decode(bytes) : new Blob([bytes], { type })
}

/**
 * Rejects compressed bodies.
 * @param encoding the header `Content-Encoding`
 * @throws {HttpError} unsupportedContentEncoding
 */
export function assertNotEncoded(encoding: string | null): void {
  if (encoding !== null && encoding.trim().toLowerCase() !== 'identity')
    throw new HttpError({ kind: 'unsupportedContentEncoding' })
}

export type Content = NonNullable<NonNullable<RouteConfig['request']>['body']>['content']

/** Returns the schema of a declared body in a media type, and how the fields of a form are written. */
export function bodyMedia(
  content: Content,
  mediaType: string,
): { schema: z.ZodType; encoding?: Record<string, Encoding> | undefined } | undefined {
  const media = findMedia(content, mediaType)
  if (!media || !('schema' in media) || !(media.schema instanceof z.ZodType)) return undefined
  return { schema: media.schema, encoding: media.encoding as Record<string, Encoding> | undefined }
}

/** Returns the schema of a declared body in a media type. */
export const bodySchema = (content: Content, mediaType: string): z.ZodType | undefined =>
  bodyMedia(content, mediaType)?.schema
