import { Hono } from 'hono'
import { routePath } from 'hono/route'
import { AuthError } from '../core/errors.ts'
import { ipKey } from '../core/limits.ts'
import type { Core } from '../core/ports.ts'
import { StoreUnavailableError } from '../core/store.ts'
import { type AppOptions, type ContractApp, createApp } from '../http/app.ts'
import type { Env } from '../http/env.ts'
import type { Callers, Routes } from '../http/handlers.ts'
import type { HttpProblem } from '../http/http-error.ts'
import type { Log } from '../http/middleware/access-log.ts'
import { checkResponse } from '../http/middleware/check-response.ts'
import type { CallCounter } from '../http/rate-limits.ts'
import { respond, withHeaders } from '../http/reply.ts'
import type { ServedVariant, Services } from '../variants/variant.ts'
import { withoutPrefix } from './without-prefix.ts'

export type { Log } from '../http/middleware/access-log.ts'

/** A handler for all requests below `path`, outside of the contract. */
export interface MountedApp {
  path: `/${string}`
  fetch: (request: Request) => Response | Promise<Response>
}

/** Mounts a handler that expects paths without the prefix. */
export function mountAt(path: MountedApp['path'], fetch: MountedApp['fetch']): MountedApp {
  return {
    path,
    fetch: (request) => fetch(withoutPrefix(request, path)),
  }
}

export interface ServerOptions
  extends Pick<
    AppOptions,
    'observe' | 'middleware' | 'beforeOperations' | 'checkReplies' | 'readClientIp' | 'suggestPathsBelow'
  > {
  log: Log
  /** The response of `/readyz`: whether load balancers may send requests. */
  isReady?: () => boolean | Promise<boolean>
  mounts?: readonly MountedApp[]
}

/** The default of `Retry-After`. */
const retryAfterSeconds = 1

/**
 * Creates the app of one API: its operations, health checks and mounts. Reads no settings and opens no
 * resources.
 */
export function createServer<R extends Routes, C extends Callers>(
  variant: ServedVariant<R, C>,
  services: Services,
  { log, isReady = () => true, mounts = [], beforeOperations = [], ...options }: ServerOptions,
): ContractApp {
  const { routes, components, errorResponses, lenientBodies } = variant
  const { replyToError, rateLimits, ...behaviour } = variant.behaviour(services)
  return createApp<R, C>({
    ...options,
    ...behaviour,
    beforeOperations:
      options.checkReplies === false ? beforeOperations : [checkResponse(), ...beforeOperations],
    routes,
    components,
    errorResponses,
    lenientBodies,
    log,
    site: services.site,
    rateLimiting: { limits: rateLimits ?? {}, counter: callCounter(services.core) },
    toProblem: (error, requestId) => toProblem(error, requestId, log),
    replyToError: (error, call) => (error instanceof AuthError ? replyToError(error, call) : undefined),
    otherRoutes: createOtherRoutes(mounts, isReady),
  })
}

function toProblem(error: Error, requestId: string, log: Log): HttpProblem | undefined {
  if (error instanceof StoreUnavailableError) {
    log.warn({ requestId, err: error }, 'unavailable')
    return { kind: 'unavailable', retryAfter: retryAfterSeconds }
  }
  if (error instanceof AuthError && error.code === 'overloaded')
    return { kind: 'unavailable', retryAfter: error.details.retryAfterSeconds ?? retryAfterSeconds }
  return undefined
}

/** Implements the port of the HTTP layer with the limits of the core. */
function callCounter({ limiter, rules }: Pick<Core, 'limiter' | 'rules'>): CallCounter {
  return {
    async consume(name, key) {
      const limit = rules.limits[name]
      return limit ? limiter.consume(name, key, limit) : null
    },
    refund: (name, key) => limiter.refund(name, key),
    ipKey: (ip) => ipKey({ ip, userAgent: null }),
  }
}

function createOtherRoutes(
  mounts: readonly MountedApp[],
  isReady: () => boolean | Promise<boolean>,
): Hono<Env> {
  const app = new Hono<Env>()
  app.all('/healthz', (c) => respond(c, { status: 200, body: { status: 'ok' } }))
  app.all('/readyz', async (c) =>
    (await isReady())
      ? respond(c, { status: 200, body: { status: 'ready' } })
      : respond(c, { status: 503, body: { status: 'not ready' } }),
  )
  for (const { path, fetch } of mounts)
    app.all(`${path}/*`, async (c) => {
      // When an outer app mounts this one, the path starts with the outer prefix.
      const prefix = routePath(c).slice(0, -`${path}/*`.length)
      const request = prefix ? withoutPrefix(c.req.raw, prefix) : c.req.raw
      return withHeaders(c, await fetch(request))
    })
  return app
}
