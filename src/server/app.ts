import { AuthError, isRefusal } from '../core/errors.ts'
import { StoreUnavailableError } from '../core/store.ts'
import { createAnswerer } from '../http/app.ts'
import type { Answer, Callers, Routes } from '../http/handlers.ts'
import type { Call } from '../http/input.ts'
import { Refused, word } from '../http/refusals.ts'
import { checkHeaders, toResponse } from '../http/reply.ts'
import type { ServedVariant, Services } from '../variants/variant.ts'
import { protection } from './headers.ts'
import { withRequestId } from './request-id.ts'

export type Log = Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>

/** Something beside the contract's operations, at `path` and below it. It gets requests as they came. */
export interface Mount {
  path: `/${string}`
  fetch: (request: Request) => Response | Promise<Response>
}

/** A mount for somebody whose own paths begin there. */
export function below(path: Mount['path'], fetch: Mount['fetch']): Mount {
  return {
    path,
    fetch(request) {
      const url = new URL(request.url)
      url.pathname = url.pathname.slice(path.length)
      return fetch(new Request(url, request))
    },
  }
}

export interface ServerOptions {
  log: Log
  /** Whether the server wants more requests, now that it has these. */
  isReady?: () => boolean | Promise<boolean>
  /** Stands around each request, so that what happens in it can be told by the id of the request. */
  during?: <Result>(requestId: string, act: () => Promise<Result>) => Promise<Result>
  /** Stands around each call that has led to an operation, before its credentials are looked at. */
  intercept?: (call: Call, answer: () => Promise<Answer>) => Promise<Answer>
  /** Looks at each request first. What it gives is the answer. */
  guard?: (request: Request) => Response | undefined
  mounts?: readonly Mount[]
  /** Is told of every request that was answered; `ms` is how long it took. */
  observe?: (about: { operationId: string | undefined; status: number; ms: number }) => void
  /** Whether replies are compared with the contract; true by default. */
  checkReplies?: boolean
}

/** From where a request came, as far as the listener knows and trusts it. */
export interface Connection {
  address: string | null
}

/** What is known about a request while it is answered. */
interface Visit extends Connection {
  request: Request
  requestId: string
  operationId?: string
}

/** On the request itself: a map beside it, however weak, would keep the collector busy with every request. */
const visitKey = Symbol('visit')
type Visited = Request & { [visitKey]?: Visit }
const visitOf = (request: Visited): Visit | undefined => request[visitKey]

/** How long to wait when nothing better is known, in seconds. */
const RETRY_AFTER = 1

/**
 * Makes the server of one API: its operations, and what every server needs around them. Plain: neither reads settings nor
 * opens anything. Give `fetch` a `Connection` as its second argument.
 */
export function createServer<R extends Routes, C extends Callers>(
  variant: ServedVariant<R, C>,
  services: Omit<Services, 'clientOf'>,
  {
    log,
    isReady = () => true,
    during = (_, act) => act(),
    intercept,
    guard,
    mounts = [],
    observe,
    checkReplies = true,
  }: ServerOptions,
): { fetch: (request: Request, connection?: Partial<Connection>) => Promise<Response> } {
  const { routes, refusals, lenientBodies } = variant
  const behaviour = variant.behaviour({
    ...services,
    clientOf: (request) => ({
      address: visitOf(request)?.address ?? null,
      userAgent: request.headers.get('user-agent'),
    }),
  })

  const report = (err: unknown, request: Request) =>
    log.error({ requestId: visitOf(request)?.requestId, err }, 'fault')
  const base = protection(services.site.publicUrl)

  const answer = createAnswerer<R, C>({
    routes,
    refusals,
    lenientBodies,
    handlers: behaviour.handlers,
    authenticate: behaviour.authenticate,
    wordError(error, call) {
      if (error instanceof StoreUnavailableError) {
        log.warn({ requestId: visitOf(call.request)?.requestId, err: error }, 'unavailable')
        return word(refusals, { kind: 'unavailable', retryAfter: RETRY_AFTER }, call.request)
      }
      if (isRefusal(error, 'overloaded')) {
        const retryAfter = error.details.retryAfterSeconds ?? RETRY_AFTER
        return word(refusals, { kind: 'unavailable', retryAfter }, call.request)
      }
      return error instanceof AuthError ? behaviour.wordError(error, call) : undefined
    },
    async intercept(call, next) {
      const visit = visitOf(call.request)
      if (visit) visit.operationId = call.operationId
      const own = async () => (behaviour.intercept ? behaviour.intercept(call, next) : next())
      const given = await (intercept ? intercept(call, own) : own())
      // Refusals have headers of their own, and limits add some, so this is the first place to see all of them.
      if (checkReplies) checkHeaders(call, given, { ...base, 'x-request-id': visit?.requestId ?? '' })
      return given
    },
    report,
    checkReplies,
  })

  const share = sharing(services.site.allowsOrigin, declaredHeaders(routes))

  /** What is beside the operations; undefined for what may be one of them. */
  async function beside({ request }: Visit, path: string): Promise<Response | undefined> {
    const guarded = guard?.(request)
    if (guarded) return guarded
    if (path === '/healthz') return toResponse({ status: 200, body: { status: 'ok' } })
    if (path === '/readyz') {
      const ready = await isReady()
      return toResponse({ status: ready ? 200 : 503, body: { status: ready ? 'ready' : 'not ready' } })
    }
    const mount = mounts.find(({ path: start }) => path === start || path.startsWith(`${start}/`))
    return mount?.fetch(request)
  }

  async function respond(visit: Visit, path: string): Promise<Response> {
    const { request, requestId } = visit
    const shared = share(request)
    const headers = { ...base, ...shared.headers, 'x-request-id': requestId }
    if (shared.isPreflight) return toResponse({ status: 204 }, headers)
    try {
      const other = await beside(visit, path)
      if (other) return withHeaders(other, headers)
      const given = await answer(request, path)
      // A HEAD is told everything but the body.
      return toResponse(request.method === 'HEAD' ? { ...given, body: undefined } : given, headers)
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal.kind === 'internalError') report(error, request)
      return toResponse(word(refusals, refusal, request), headers)
    }
  }

  return {
    async fetch(raw: Request, { address = null }: Partial<Connection> = {}): Promise<Response> {
      const begin = performance.now()
      const { request, requestId } = withRequestId(raw)
      const visit: Visit = { request, requestId, address }
      ;(request as Visited)[visitKey] = visit
      const path = pathOf(request.url)
      const response = await during(requestId, () => respond(visit, path))
      const ms = performance.now() - begin
      observe?.({ operationId: visit.operationId, status: response.status, ms })
      log.info(
        {
          requestId,
          method: request.method,
          // Without the query, where codes and tokens travel.
          path,
          operationId: visit.operationId,
          status: response.status,
          ms: Math.round(ms),
          address: visit.address,
        },
        'request',
      )
      return response
    },
  }
}

/** Of an address, without reading all of it. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const end = url.slice(start).search(/[?#]/)
  return end < 0 ? url.slice(start) : url.slice(start, start + end)
}

/** An answer that says otherwise about itself knows better. */
function withHeaders(response: Response, headers: Record<string, string>): Response {
  const all = new Headers(response.headers)
  for (const [name, value] of Object.entries(headers)) if (!all.has(name)) all.set(name, value)
  return new Response(response.body, { status: response.status, headers: all })
}

/** What a fault outside of the operations, in a mount, is called. */
function refusalOf(error: unknown) {
  if (error instanceof Refused) return error.refusal
  if (error instanceof StoreUnavailableError) return { kind: 'unavailable', retryAfter: RETRY_AFTER } as const
  return { kind: 'internalError' } as const
}

/**
 * CORS (Fetch Standard, section 3.2) for the origins that are trusted: what they may read is what the contract declares. An
 * OPTIONS that is no preflight asks the API itself what it allows.
 */
function sharing(allowsOrigin: (origin: string) => boolean, readable: readonly string[]) {
  const forNobody = { vary: 'Origin' }
  const exposed = readable.join(',')
  return (request: Request): { headers: Record<string, string>; isPreflight: boolean } => {
    const origin = request.headers.get('origin')
    const isPreflight =
      request.method === 'OPTIONS' && request.headers.get('access-control-request-method') !== null
    if (origin === null || !allowsOrigin(origin)) return { headers: forNobody, isPreflight }
    const headers: Record<string, string> = {
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    }
    if (!isPreflight)
      return { headers: { ...headers, 'access-control-expose-headers': exposed }, isPreflight }
    const wanted = request.headers.get('access-control-request-headers')
    return {
      headers: {
        ...headers,
        'access-control-allow-methods': 'GET,HEAD,PUT,POST,DELETE,PATCH',
        ...(wanted !== null && { 'access-control-allow-headers': wanted }),
        'access-control-max-age': '600',
        vary: 'Origin, Access-Control-Request-Headers',
      },
      isPreflight,
    }
  }
}

function declaredHeaders(routes: Routes): string[] {
  const declared = Object.values(routes)
    .flatMap(({ responses }) => Object.values(responses))
    .flatMap((response) =>
      'headers' in response && response.headers ? Object.keys(shapeOf(response.headers)) : [],
    )
  return [...new Set(['X-Request-ID', ...declared])]
    .filter((name) => !hidden.includes(name.toLowerCase()))
    .sort()
}

/** Headers that no page gets to read, whatever is declared (Fetch Standard, section 2.2.2). */
const hidden = ['set-cookie', 'set-cookie2']

const shapeOf = (headers: object) => ('shape' in headers ? (headers.shape as object) : headers)
