import type { MiddlewareHandler } from 'hono'
import type { Env } from '../../http/env.ts'
import { respond } from '../../http/reply.ts'
import type { Services } from '../variant.ts'
import type { Cookies } from './cookies.ts'
import { errorReply } from './errors.ts'
import type { Flags } from './flags.ts'
import { passkeyOperations } from './handlers/passkeys.ts'

/** Middleware of single operations, by operationId. */
export function middlewareByOperation(
  { flags }: Pick<Services<Flags>, 'flags'>,
  cookies: Cookies,
): Record<string, MiddlewareHandler<Env>> {
  const requirePasskeysEnabled: MiddlewareHandler<Env> = async (c, next) => {
    if (!flags.passkeys) return respond(c, errorReply(403, 'Passkeys are currently disabled'))
    return next()
  }
  return {
    ...Object.fromEntries(passkeyOperations.map((operationId) => [operationId, requirePasskeysEnabled])),
    finishOAuth: unbindOAuth(cookies),
  }
}

/** Deletes the cookie of an OAuth attempt after its callback, unless the server could not process it. */
function unbindOAuth(cookies: Cookies): MiddlewareHandler<Env> {
  return async (c, next) => {
    await next()
    const { status, headers } = c.res
    if (status === 413 || status >= 500) return
    headers.append('Set-Cookie', cookies.oauth.unbind(c.req.query('state') ?? ''))
  }
}
