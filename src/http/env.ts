import type { Context } from 'hono'
import type { Route } from './handlers.ts'
import type { ValidatedInput } from './input.ts'

/** Facts about the sender of a request. */
export interface RequestMeta {
  /** Null without a connection, as in tests. */
  ip: string | null
  userAgent: string | null
}

/** A request that was matched to an operation. */
export interface Call {
  operationId: string
  route: Route
  request: Request
  /** Path parameters, decoded but not validated. */
  params: Record<string, string>
  requestId: string
  requestMeta: RequestMeta
}

/** The Hono environment: bindings from the listener, and variables that middleware sets. */
export interface Env {
  /** Either `ip`, or the Node request that @hono/node-server passes. */
  Bindings: {
    ip?: string | null
    incoming?: { socket: { remoteAddress?: string } }
    /** Closes the connection after so many bytes of the body, for faults of a sandbox. */
    breakOff?: ((bytes: number) => void) | undefined
  }
  Variables: {
    requestId: string
    /** The IP address of the client. Null without a connection, as in tests. */
    ip: string | null
    /**
     * Response headers by lower-case name; headers of the reply override them. Middleware that runs before
     * the handler sets headers here, not with `c.header()`: creating a `Headers` object would take a sixth
     * of the CPU time of a session check.
     */
    headers: Record<string, string>
    /** Set once the request is matched to an operation. */
    call?: Call
    /** Results of authentication, by the name of the security scheme. */
    caller?: object
    /** The declared parts of the request. Set by validation. */
    input?: ValidatedInput
  }
}

/** Returns the remote IP address of the socket. `c.env` is undefined in `app.request()`. */
export function socketAddress(c: Context<Env>): string | null {
  const bindings: Partial<Env['Bindings']> | undefined = c.env
  return bindings?.ip ?? bindings?.incoming?.socket.remoteAddress ?? null
}

/** Returns the IP address and user agent of a request. */
export function requestMetaOf(c: Context<Env>): RequestMeta {
  return { ip: c.get('ip'), userAgent: c.req.header('user-agent') ?? null }
}
