import { type RouteConfig, z } from '@hono/zod-openapi'
import { HttpError } from './http-error.ts'

/**
 * Parses a body as JSON, which is UTF-8 whatever the parameters of the media type say (RFC 8259, section 8.1).
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

/** With or without parameters. No contract declares a type that ends in `+json` (RFC 6839). */
const jsonType = /^\s*application\/json\s*(?:;|$)/i

type Content = NonNullable<NonNullable<RouteConfig['request']>['body']>['content']

/** The schema of a declared body. All contracts speak JSON alone, so there is no media type to choose. */
export function bodySchema(content: Content | undefined): z.ZodType | undefined {
  const [media] = Object.values(content ?? {})
  return media && 'schema' in media && media.schema instanceof z.ZodType ? media.schema : undefined
}
