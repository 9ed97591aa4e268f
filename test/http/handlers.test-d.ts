import { createRoute, z } from '@hono/zod-openapi'
import { describe, expectTypeOf, it } from 'vitest'
import type { Handlers, Input, RouteReply } from '../../src/http/handlers.ts'
import type { routes } from './fixture.ts'

type Routes = typeof routes
type CreateNote = Handlers<Routes>['createNote']

/** The fields of every handler's argument. */
type AlwaysPresent = 'requestMeta' | 'requestId' | 'request'

describe('handler types', () => {
  it('requires a handler for every operation', () => {
    expectTypeOf<keyof Handlers<Routes>>().toEqualTypeOf<keyof Routes>()
    // @ts-expect-error all others are missing
    const some: Handlers<Routes> = { deleteNote: async () => ({ status: 204 }) }
    expectTypeOf(some).not.toBeNever()
  })

  it('types the declared parts of a request as validation returns them', () => {
    expectTypeOf<Input<Routes['listNotes']>['query']['limit']>().toEqualTypeOf<number>()
    expectTypeOf<Input<Routes['getNote']>['params']>().toEqualTypeOf<{ noteId: string }>()
    expectTypeOf<Input<Routes['createNote']>['body']['text']>().toEqualTypeOf<string>()
    expectTypeOf<keyof Input<Routes['getNewest']>>().toEqualTypeOf<AlwaysPresent>()
  })

  it('types an optional body as possibly undefined', () => {
    expectTypeOf<Input<Routes['share']>['body']>().toEqualTypeOf<{ with: string } | undefined>()
  })

  it('rejects access to a part that the operation does not declare', () => {
    // @ts-expect-error no body is declared
    const handler: Handlers<Routes>['deleteNote'] = async ({ body }) => ({ status: body })
    expectTypeOf(handler).not.toBeNever()
  })
})

describe('caller types', () => {
  interface ApiCallers {
    key: { project: string }
    person: { id: string }
    admin: { name: string }
  }

  it('types the caller of a protected operation by its security requirements', () => {
    type Caller = Input<Routes['createNote'], ApiCallers>['caller']
    expectTypeOf<Caller>().toEqualTypeOf<Pick<ApiCallers, 'key' | 'person'> | Pick<ApiCallers, 'admin'>>()
  })

  it('has no caller in public operations and in servers without authentication', () => {
    expectTypeOf<keyof Input<Routes['getNewest'], ApiCallers>>().toEqualTypeOf<AlwaysPresent>()
    expectTypeOf<keyof Input<Routes['createNote']>>().toEqualTypeOf<'body' | AlwaysPresent>()
  })
})

describe('reply types', () => {
  const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } })
  const ranged = createRoute({
    method: 'get',
    path: '/',
    responses: {
      200: { description: 'Found.', content: json(z.object({ id: z.string() })) },
      404: { description: 'Unknown.' },
      '4XX': { description: 'Wrong.', content: json(z.object({ problem: z.string() })) },
      default: { description: 'Failed.', content: json(z.string()) },
    },
  })
  type Reply = RouteReply<typeof ranged>

  it('accepts each status of a declared range, except those that are declared themselves', () => {
    expectTypeOf<{ status: 409; body: { problem: string } }>().toExtend<Reply>()
    expectTypeOf<{ status: 404 }>().toExtend<Reply>()
    expectTypeOf<{ status: 404; body: { problem: string } }>().not.toExtend<Reply>()
  })

  it('accepts all other statuses of a default response', () => {
    expectTypeOf<{ status: 500; body: string }>().toExtend<Reply>()
    expectTypeOf<{ status: 200; body: string }>().not.toExtend<Reply>()
    expectTypeOf<{ status: 409; body: string }>().not.toExtend<Reply>()
  })

  it('accepts only declared statuses', () => {
    expectTypeOf<RouteReply<Routes['share']>['status']>().toEqualTypeOf<200 | 302>()
    // @ts-expect-error 418 is not declared
    const handler: CreateNote = async () => ({ status: 418, body: { problem: 'tea' } })
    expectTypeOf(handler).not.toBeNever()
  })

  it('accepts only the body of the status', () => {
    // @ts-expect-error this is the body of another status
    const other: CreateNote = async () => ({ status: 201, body: { problem: 'none' } })
    // @ts-expect-error text is missing
    const missing: CreateNote = async () => ({ status: 201, body: { id: '1' } })
    // @ts-expect-error the id is a string
    const mistyped: CreateNote = async () => ({ status: 201, body: { id: 1, text: 'one' } })
    // @ts-expect-error the body is missing
    const none: CreateNote = async () => ({ status: 201 })
    expectTypeOf([other, missing, mistyped, none]).not.toBeNever()
  })

  it('rejects a body for a status without one', () => {
    // @ts-expect-error 204 has none
    const handler: Handlers<Routes>['deleteNote'] = async () => ({ status: 204, body: {} })
    expectTypeOf(handler).not.toBeNever()
  })

  it('accepts headers, including lists of values', () => {
    const handler: Handlers<Routes>['share'] = async ({ body }) =>
      body
        ? { status: 200, body: { with: body.with } }
        : { status: 302, headers: { Location: '/notes', 'Set-Cookie': ['a=1', 'b=2'] } }
    expectTypeOf(handler).not.toBeNever()
  })
})

it('rejects a wrong type expectation', () => {
  // @ts-expect-error proves that these files are type-checked
  expectTypeOf<string>().toEqualTypeOf<number>()
})
