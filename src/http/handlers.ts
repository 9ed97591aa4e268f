import type { RouteConfig, z } from '@hono/zod-openapi'
import type { RequestMeta } from './env.ts'

/** One operation of a contract, as `createRoute` of @hono/zod-openapi makes it. */
export type Route = RouteConfig & { getRoutingPath(): string }

/** The operations of a contract by their `operationId`. */
export type Routes = Record<string, Route>

/** What a server knows of a caller, by the name of the security scheme. */
export type Callers = object

/** One function per operation: a missing one, an undeclared status or a wrong body does not compile. */
export type Handlers<R extends Routes, C extends Callers = object> = { [Id in keyof R]: Handler<R[Id], C> }

export type Handler<R extends Route, C extends Callers = object> = (
  input: Input<R, C>,
) => Promise<RouteReply<R>>

/**
 * What a handler gets: the declared parts of the request, validated; the caller, where the operation is protected and the
 * server authenticates; the client and the id of the request; and the request itself, its body already read.
 */
export type Input<R extends Route, C extends Callers = object> = Parameters<R['request']> &
  Body<R['request']> &
  Caller<R, C> & { requestMeta: RequestMeta; requestId: string; request: Request }

type Caller<R extends Route, C> = [keyof C] extends [never]
  ? unknown
  : R['security'] extends readonly (infer Way)[]
    ? [Way] extends [never]
      ? unknown
      : { caller: Presented<Way, C> }
    : unknown

/** One field for each scheme of one of the declared ways to authenticate. */
type Presented<Way, C> = Way extends unknown
  ? {
      [Scheme in keyof Way as Way[Scheme] extends undefined ? never : Scheme]: Scheme extends keyof C
        ? C[Scheme]
        : never
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

/** What a handler returns: one of the declared statuses, with the body declared for it. */
export type RouteReply<R extends Route> = {
  [Status in keyof R['responses'] & number]: ReplyOf<Status, R['responses'][Status]>
}[keyof R['responses'] & number]

type ReplyOf<Status, Declared> = { status: Status; headers?: ReplyHeaders } & (Declared extends {
  content: infer Content
}
  ? { body: z.input<SchemaOf<Content>> }
  : { body?: undefined })

/** Header values by name; each value of a list is sent as a header of its own, as several `Set-Cookie` must be. */
export type ReplyHeaders = Record<string, string | number | string[]>

/** A reply of any operation. */
export interface Reply {
  status: number
  headers?: ReplyHeaders
  body?: unknown
}

/** All contracts speak JSON alone, so there is no media type to choose. */
type SchemaOf<Content> = Content[keyof Content] extends { schema: infer S extends z.ZodType } ? S : never
