import type { MiddlewareHandler } from 'hono'
import type { Call, Env } from '../env.ts'
import { readInput } from '../input.ts'

/**
 * Validates what the contract declares of a request. Ours instead of the validators of @hono/zod-openapi, which stop at the
 * first part that is wrong, accept `+json` types and ill-formed UTF-8, and answer malformed JSON in plain text.
 * @param lenientBody whether an unusable body counts as none
 * @throws {HttpError} unsupportedMediaType, malformedJson, invalid
 */
export function validate(lenientBody: boolean): MiddlewareHandler<Env> {
  return async function validate(c, next) {
    c.set('input', await readInput(c.get('call') as Call, lenientBody))
    await next()
  }
}
