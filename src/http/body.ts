import { type RouteConfig, z } from '@hono/zod-openapi'
import { HttpError } from './http-error.ts'

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
  if (!jsonType.test(contentType ?? '')) throw new HttpError({ kind: 'unsupportedMediaType' })
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new HttpError({ kind: 'malformedJson' })
  }
}

/** Allows parameters, but no `+json` types (RFC 6839), which no contract declares. */
const jsonType = /^\s*application\/json\s*(?:;|$)/i

/**
 * Rejects compressed bodies.
 * @param encoding the header `Content-Encoding`
 * @throws {HttpError} unsupportedContentEncoding
 */
export function assertNotEncoded(encoding: string | null): void {
  if (encoding !== null && encoding.trim().toLowerCase() !== 'identity')
    throw new HttpError({ kind: 'unsupportedContentEncoding' })
}

type Content = NonNullable<NonNullable<RouteConfig['request']>['body']>['content']

/** Returns the schema of a declared body. The first media type is the only one: all contracts use JSON. */
export function bodySchema(content: Content | undefined): z.ZodType | undefined {
  const [media] = Object.values(content ?? {})
  return media && 'schema' in media && media.schema instanceof z.ZodType ? media.schema : undefined
}
