import { type RouteConfig, z } from '@hono/zod-openapi'
import { essenceOf, formType, isJson, multipartType } from '../openapi/media-type.ts'
import { readForm } from './form.ts'
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
 * Parses a body that is not JSON: a form into an object, text into a string, anything else into a blob.
 * @throws {HttpError} badRequest, if a multipart body is malformed
 */
export async function parseOther(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
  schema: z.ZodType,
): Promise<unknown> {
  const type = essenceOf(contentType)
  if (type === formType || type === multipartType) return readForm(bytes, contentType, schema)
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

/** Returns the schema of a declared body in a media type. */
export function bodySchema(content: Content, mediaType: string): z.ZodType | undefined {
  const media = findMedia(content, mediaType)
  return media && 'schema' in media && media.schema instanceof z.ZodType ? media.schema : undefined
}
