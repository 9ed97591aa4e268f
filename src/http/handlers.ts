import type { RouteConfig, z } from '@hono/zod-openapi'
import type {
  ClientErrorStatusCode,
  InfoStatusCode,
  RedirectStatusCode,
  ServerErrorStatusCode,
  StatusCode,
  SuccessStatusCode,
  UnofficialStatusCode,
} from 'hono/utils/http-status'
import type { RequestMeta } from './env.ts'

/** An operation of a contract, as returned by `createRoute` of @hono/zod-openapi. */
export type Route = RouteConfig & { getRoutingPath(): string }

/** The operations of a contract by their `operationId`. */
export type Routes = Record<string, Route>

/** The authenticated callers of an API: a type per security scheme, by its name. */
export type Callers = object

/** One handler per operation. A missing handler, an undeclared status or a wrong body does not compile. */
export type Handlers<R extends Routes, C extends Callers = object> = { [Id in keyof R]: Handler<R[Id], C> }

export type Handler<R extends Route, C extends Callers = object> = (
  input: Input<R, C>,
) => Promise<RouteReply<R>>

/**
 * The argument of a handler: the validated parts of the request, the caller if the operation is protected,
 * facts about the request, and the request itself, whose body is already read.
 */
export type Input<R extends Route, C extends Callers = object> = Parameters<R['request']> &
  Body<R['request']> &
  Caller<R, C> & { requestMeta: RequestMeta; requestId: string; request: Request }

type Caller<R extends Route, C> = [keyof C] extends [never]
  ? unknown
  : R['security'] extends readonly (infer Requirement)[]
    ? [Requirement] extends [never]
      ? unknown
      : { caller: CallerFor<Requirement, C> }
    : unknown

/** A union with one object per security requirement (OpenAPI: alternatives), and a field per scheme in it. */
type CallerFor<Requirement, C> = Requirement extends unknown
  ? {
      [Scheme in keyof Requirement as Requirement[Scheme] extends undefined
        ? never
        : Scheme]: Scheme extends keyof C ? C[Scheme] : never
    }
  : never

type Parts = 'params' | 'query' | 'headers' | 'cookies'
type Parameters<Declared> = {
  [Part in keyof Declared & Parts]: Declared[Part] extends z.ZodType ? z.output<Declared[Part]> : never
}

type Body<Declared> = Declared extends { body: infer B }
  ? B extends { content: infer Content }
    ? {
        body: B extends { required: true }
          ? z.output<SchemaOf<Content>>
          : z.output<SchemaOf<Content>> | undefined
      }
    : never
  : unknown

/** The return type of a handler: a declared status with its declared body. */
export type RouteReply<R extends Route> = {
  [Key in keyof R['responses']]: Key extends StatusKey
    ? ReplyOf<StatusesOf<Key, keyof R['responses']>, R['responses'][Key]>
    : never
}[keyof R['responses']]

/** A status, a range of statuses, or all others. */
type StatusKey = number | keyof Ranges | 'default'

/** The statuses that a key of the responses stands for. A status takes precedence over its range. */
type StatusesOf<Key extends StatusKey, Declared> = Key extends number
  ? Key
  : Key extends keyof Ranges
    ? Exclude<Ranges[Key], Declared>
    : Exclude<StatusCode, UnofficialStatusCode | Declared | Ranges[Declared & keyof Ranges]>

interface Ranges {
  '1XX': InfoStatusCode
  '2XX': SuccessStatusCode
  '3XX': RedirectStatusCode
  '4XX': ClientErrorStatusCode
  '5XX': ServerErrorStatusCode
}

/** Distributes over the statuses, so that a comparison of the status narrows the body. */
type ReplyOf<Status, Declared> = Status extends number
  ? { status: Status; headers?: ReplyHeaders } & (Declared extends { content: infer Content }
      ? { body: z.input<SchemaOf<Content>> }
      : { body?: undefined })
  : never

/** Header values by name. A list becomes several headers, for example `Set-Cookie`. */
export type ReplyHeaders = Record<string, string | number | string[]>

/** The reply of any operation, untyped. */
export interface Reply {
  status: number
  headers?: ReplyHeaders
  body?: unknown
}

/** The schemas of all media types. */
type SchemaOf<Content> = Content[keyof Content] extends { schema: infer S extends z.ZodType } ? S : never
