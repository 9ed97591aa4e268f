import type { MiddlewareHandler } from 'hono'
import type { Call, Env } from '../env.ts'
import { readInput } from '../input.ts'

/**
 * Validates the declared parameters and body of a request.
 *
 * Replaces the validators of @hono/zod-openapi, which stop at the first invalid part, accept `+json` types
 * and ill-formed UTF-8, and respond to malformed JSON in plain text.
 * @param lenientBody whether an invalid body is ignored
 * @throws {HttpError} unsupportedMediaType, unsupportedContentEncoding, malformedJson, invalid
 */
export function validate(lenientBody: boolean): MiddlewareHandler<Env> {
  return async function validate(c, next) {
    c.set('input', await readInput(c.get('call') as Call, lenientBody))
    await next()
  }
}
