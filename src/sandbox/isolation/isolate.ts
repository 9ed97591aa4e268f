import type { MiddlewareHandler } from 'hono'
import { createApp } from '../../http/app.ts'
import type { Env } from '../../http/env.ts'
import { HttpError, type HttpProblem } from '../../http/http-error.ts'
import { respond } from '../../http/reply.ts'
import { allowedHostnames, hostnameIn } from '../../server/hosts.ts'
import type { Resources } from '../../server/resources.ts'
import type { Connection, RunningServer } from '../../server/server.ts'
import { errorReply } from '../controls/errors.ts'
import { withCookiesAt } from './cookies.ts'
import { namedUrl } from './named-settings.ts'
import { createPool, PoolExhaustedError, type PoolLimits } from './pool.ts'
import { markRejection } from './rejections.ts'
import { type Selection, selectSandbox } from './selection.ts'

export interface IsolationOptions extends PoolLimits {
  /** The sandbox for requests that name none. */
  server: RunningServer
  resources: Pick<Resources, 'variant' | 'site' | 'log'>
  /** Opens a named sandbox. */
  open: (name: string) => Promise<RunningServer>
  /** The host that the server listens on, and further names of it. */
  host: string
  allowedHosts: readonly string[]
}

export interface NamedSandbox {
  name: string
  /** The base URL of its paths. */
  url: string
  /** In milliseconds since 1970. */
  lastUsedAt: number
}

/** The named sandboxes of a server. */
export interface NamedSandboxes {
  /** Returns the open ones, the least recently used one first. */
  list: () => NamedSandbox[]
  /** Deletes one. Returns false if it is not open. */
  remove: (name: string) => boolean
}

export type Isolation = NamedSandboxes & Pick<RunningServer, 'fetch' | 'close'>

/** Passes requests that name a sandbox to it, and all others to the default one. */
export function isolate({
  server,
  resources,
  open,
  host,
  allowedHosts,
  ...limits
}: IsolationOptions): Isolation {
  const { variant, site, log } = resources
  const isAllowedHost = allowedHostnames(host, [new URL(site.publicUrl).hostname, ...allowedHosts])
  const pool = createPool({
    ...limits,
    open,
    onEvict: (name, idleMs) =>
      log.warn({ name, idleMs }, `closed the sandbox ~${name}: ${limits.max} are open, the maximum`),
    onCloseError: (err) => log.error({ err }, 'a named sandbox cannot be closed'),
  })

  /** Responds like the API, with its headers, error format and log line, but without a sandbox. */
  async function reject(request: Request, connection: Partial<Connection>, act: MiddlewareHandler<Env>) {
    const app = createApp({
      routes: {},
      handlers: {},
      errorResponses: variant.errorResponses,
      site,
      log,
      middleware: [act],
    })
    return markRejection(await app.fetch(request, { ip: connection.ip ?? null }))
  }

  async function handle(selection: Selection, connection: Partial<Connection>): Promise<Response> {
    const { name, request, hasHeader } = selection
    if (!pool.has(name) && !mayOpen(request, isAllowedHost, site.allowsOrigin))
      return reject(request, connection, (c) =>
        Promise.resolve(
          respond(c, errorReply('forbidden', `Pages of other websites may not create the sandbox ~${name}`)),
        ),
      )
    return pool.use(name, async (sandbox) => {
      const response = await sandbox.fetch(request, connection)
      return hasHeader ? withCookiesAt(response, sandbox.publicUrl, site.publicUrl) : response
    })
  }

  return {
    list: () => pool.list().map((entry) => ({ ...entry, url: namedUrl(site.publicUrl, entry.name) })),
    remove: pool.remove,
    async fetch(request, connection = {}) {
      try {
        const selection = selectSandbox(request)
        return await (selection ? handle(selection, connection) : server.fetch(request, connection))
      } catch (error) {
        const problem = toProblem(error)
        if (problem.kind !== 'badRequest') log.error({ err: error }, 'a named sandbox cannot be opened')
        return reject(request, connection, () => {
          throw new HttpError(problem)
        })
      }
    },
    async close() {
      await pool.close()
      await server.close()
    },
  }
}

function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpError) return error.problem
  if (error instanceof PoolExhaustedError) return { kind: 'unavailable', retryAfter: 1 }
  return { kind: 'internalError' }
}

/**
 * Returns whether a request may open a sandbox. Otherwise any website could fill the pool, and so close the
 * sandboxes of a running test suite.
 */
function mayOpen(
  { url, headers }: Request,
  isAllowedHost: (hostname: string) => boolean,
  allowsOrigin: (origin: string) => boolean,
): boolean {
  if (!isAllowedHost(hostnameIn(headers.get('host') ?? new URL(url).host))) return false
  const origin = headers.get('origin')
  return origin === null ? headers.get('sec-fetch-site') !== 'cross-site' : allowsOrigin(origin)
}
