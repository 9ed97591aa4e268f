import type { Context } from 'hono'
import type { Route } from './handlers.ts'
import type { ValidatedInput } from './input.ts'

/** Who sent a request, as far as the transport knows. */
export interface RequestMeta {
  /** The IP address; null where there is no connection, as in a test. */
  ip: string | null
  userAgent: string | null
}

/** A request whose path and method have led to an operation. */
export interface Call {
  operationId: string
  route: Route
  request: Request
  /** Path parameters, decoded but not validated. */
  params: Record<string, string>
  requestId: string
  requestMeta: RequestMeta
}

/** What the listener passes to `app.fetch` and what middleware shares. */
export interface Env {
  /** The other end of the socket: `address`, or the request of Node that @hono/node-server passes. */
  Bindings: { ip?: string | null; incoming?: { socket: { remoteAddress?: string } } }
  Variables: {
    requestId: string
    /** The IP address of the client; null where there is no connection, as in a test. */
    ip: string | null
    /**
     * Headers of the response, names in lower case, until a reply overrides them; middleware in front of the operations adds
     * its own here, not with `c.header()`. Plain data, as a `Headers` object costs a sixth of the CPU time of a session check.
     */
    headers: Record<string, string>
    /** Set once the path and method have led to an operation. */
    call?: Call
    /** By the name of the security scheme that was used. */
    caller?: object
    /** What the contract declares of the request, once it is validated. */
    input?: ValidatedInput
  }
}

/** The IP address at the other end of the socket. `app.request()` passes no bindings at all. */
export function socketAddress(c: Context<Env>): string | null {
  const bindings: Partial<Env['Bindings']> | undefined = c.env
  return bindings?.ip ?? bindings?.incoming?.socket.remoteAddress ?? null
}

/** The client of a request. */
export function requestMetaOf(c: Context<Env>): RequestMeta {
  return { ip: c.get('ip'), userAgent: c.req.header('user-agent') ?? null }
}
