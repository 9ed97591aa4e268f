import type { MiddlewareHandler } from 'hono'
import type { Env } from '../../http/env.ts'
import { respond } from '../../http/reply.ts'
import type { Services } from '../variant.ts'
import type { Cookies } from './cookies.ts'
import { errorReply } from './errors.ts'
import type { Flags } from './flags.ts'
import { passkeyOperations } from './handlers/passkeys.ts'

/** What single operations need around them. */
export function middlewareByOperation(
  { flags }: Pick<Services<Flags>, 'flags'>,
  cookies: Cookies,
): Record<string, MiddlewareHandler<Env>> {
  const passkeysOn: MiddlewareHandler<Env> = async (c, next) => {
    if (!flags.passkeys) return respond(c, errorReply(403, 'Passkeys are currently disabled'))
    return next()
  }
  return {
    ...Object.fromEntries(passkeyOperations.map((operationId) => [operationId, passkeysOn])),
    finishOAuth: endAttempt(cookies),
  }
}

/** An OAuth attempt ends with its callback, whatever the outcome, unless the server could not look at it. */
function endAttempt(cookies: Cookies): MiddlewareHandler<Env> {
  return async (c, next) => {
    await next()
    const { status, headers } = c.res
    if (status === 413 || status >= 500) return
    headers.append('Set-Cookie', cookies.release(c.req.raw, 'oauth'))
  }
}
