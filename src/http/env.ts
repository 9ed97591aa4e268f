import type { Context } from 'hono'
import type { Route } from './handlers.ts'
import type { ValidatedInput } from './input.ts'

/** Who sent a request, as far as the transport knows. */
export interface Client {
  /** The IP address; null where there is no connection, as in a test. */
  address: string | null
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
  client: Client
}

/** What the listener passes to `app.fetch` and what middleware shares. */
export interface Env {
  /** `address` is the IP address of the client, freed of what an untrusted proxy claims. */
  Bindings: { address?: string | null }
  Variables: {
    requestId: string
    /**
     * Headers of the response, names in lower case, until a reply overrides them. Plain data, as building a `Headers` object
     * costs a sixth of the CPU time of a session check.
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

/** The IP address of the client. `app.request()` and foreign listeners may pass no bindings at all. */
export function addressOf(c: Context<Env>): string | null {
  const bindings: Partial<Env['Bindings']> | undefined = c.env
  return bindings?.address ?? null
}

/** The client of a request. */
export function clientOf(c: Context<Env>): Client {
  return { address: addressOf(c), userAgent: c.req.header('user-agent') ?? null }
}
