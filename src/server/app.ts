import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { createApp } from '../contract/app.ts'
import type { Answer, Callers, Routes } from '../contract/handlers.ts'
import type { Call } from '../contract/input.ts'
import { Refused, word } from '../contract/refusals.ts'
import { toResponse } from '../contract/reply.ts'
import { AuthError, isRefusal } from '../core/errors.ts'
import { Unavailable } from '../core/store.ts'
import type { ServedVariant, Services } from '../variants/variant.ts'
import { protect } from './headers.ts'
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
  /** Whether replies are compared with the contract; true by default. */
  checkReplies?: boolean
}

/** From where a request came, as far as the listener knows and trusts it. */
export interface Connection {
  address: string | null
}

type Env = { Bindings: Partial<Connection>; Variables: { visit: Visit } }

/** What is known about a request while it is answered. */
interface Visit extends Connection {
  request: Request
  requestId: string
  operationId?: string
}

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
    checkReplies = true,
  }: ServerOptions,
): Hono<Env> {
  const { routes, refusals, lenientBodies } = variant
  const visits = new WeakMap<Request, Visit>()
  const behaviour = variant.behaviour({
    ...services,
    clientOf: (request) => ({
      address: visits.get(request)?.address ?? null,
      userAgent: request.headers.get('user-agent'),
    }),
  })

  const report = (err: unknown, request: Request) =>
    log.error({ requestId: visits.get(request)?.requestId, err }, 'fault')

  const contract = createApp<R, C>({
    routes,
    refusals,
    lenientBodies,
    handlers: behaviour.handlers,
    authenticate: behaviour.authenticate,
    wordError(error, call) {
      if (error instanceof Unavailable) {
        log.warn({ requestId: visits.get(call.request)?.requestId, err: error }, 'unavailable')
        return word(refusals, { kind: 'unavailable', retryAfter: RETRY_AFTER }, call.request)
      }
      if (isRefusal(error, 'overloaded')) {
        const retryAfter = error.details.retryAfterSeconds ?? RETRY_AFTER
        return word(refusals, { kind: 'unavailable', retryAfter }, call.request)
      }
      return error instanceof AuthError ? behaviour.wordError(error, call) : undefined
    },
    async intercept(call, answer) {
      const visit = visits.get(call.request)
      if (visit) visit.operationId = call.operationId
      const own = async () => (behaviour.intercept ? behaviour.intercept(call, answer) : answer())
      return intercept ? intercept(call, own) : own()
    },
    report,
    checkReplies,
  })

  const app = new Hono<Env>()

  app.use(async (c, next) => {
    const begin = performance.now()
    const { request, requestId } = withRequestId(c.req.raw)
    const visit: Visit = { request, requestId, address: c.env?.address ?? null }
    visits.set(request, visit)
    c.set('visit', visit)
    await during(requestId, next)
    if (!c.res.headers.has('x-request-id')) c.header('x-request-id', requestId)
    log.info(
      {
        requestId,
        method: c.req.method,
        // Without the query, where codes and tokens travel.
        path: c.req.path,
        operationId: visit.operationId,
        status: c.res.status,
        ms: Math.round(performance.now() - begin),
        address: visit.address,
      },
      'request',
    )
  })
  app.use(protect(services.site.publicUrl))
  app.use(readableFor(services.site.allowsOrigin, routes))

  if (guard) app.use(async (c, next) => guard(c.req.raw) ?? next())

  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    const ready = await isReady()
    return c.json({ status: ready ? 'ready' : 'not ready' }, ready ? 200 : 503)
  })
  for (const { path, fetch } of mounts) {
    for (const pattern of [path, `${path}/*`]) app.all(pattern, async (c) => fetch(c.get('visit').request))
  }
  app.all('*', async (c) => contract.fetch(c.get('visit').request))
  app.onError((error, c) => {
    const { request } = c.get('visit')
    const refusal = refusalOf(error)
    if (refusal.kind === 'internalError') report(error, request)
    return toResponse(word(refusals, refusal, request))
  })
  return app
}

/** What a fault outside of the operations, in a mount, is called. */
function refusalOf(error: unknown) {
  if (error instanceof Refused) return error.refusal
  if (error instanceof Unavailable) return { kind: 'unavailable', retryAfter: RETRY_AFTER } as const
  return { kind: 'internalError' } as const
}

/** CORS for the origins that are trusted. What they may read is what the contract declares. */
function readableFor(allowsOrigin: (origin: string) => boolean, routes: Routes) {
  const share = cors({
    origin: (origin) => (origin && allowsOrigin(origin) ? origin : null),
    credentials: true,
    exposeHeaders: declaredHeaders(routes),
    maxAge: 600,
  })
  // An OPTIONS that is no preflight asks the API itself what it allows.
  const isForApi = ({ req }: Context) =>
    req.method === 'OPTIONS' && req.header('access-control-request-method') === undefined
  return async (c: Context<Env>, next: () => Promise<void>) => {
    if (isForApi(c)) return next()
    return share(c as unknown as Context, next)
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
