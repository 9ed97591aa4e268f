import { describe, expectTypeOf, it } from 'vitest'
import type { Handlers, Input, RouteReply } from '../../src/http/handlers.ts'
import type { routes } from './fixture.ts'

type Routes = typeof routes
type CreateNote = Handlers<Routes>['createNote']

/** What every handler gets. */
type Always = 'requestMeta' | 'requestId' | 'request'

describe('handlers', () => {
  it('cover every operation', () => {
    expectTypeOf<keyof Handlers<Routes>>().toEqualTypeOf<keyof Routes>()
    // @ts-expect-error all others are missing
    const some: Handlers<Routes> = { deleteNote: async () => ({ status: 204 }) }
    expectTypeOf(some).not.toBeNever()
  })

  it('get what the operation declares, with the types that validation leaves', () => {
    expectTypeOf<Input<Routes['listNotes']>['query']['limit']>().toEqualTypeOf<number>()
    expectTypeOf<Input<Routes['getNote']>['params']>().toEqualTypeOf<{ noteId: string }>()
    expectTypeOf<Input<Routes['createNote']>['body']['text']>().toEqualTypeOf<string>()
    expectTypeOf<keyof Input<Routes['getNewest']>>().toEqualTypeOf<Always>()
  })

  it('must expect that an optional body is absent', () => {
    expectTypeOf<Input<Routes['share']>['body']>().toEqualTypeOf<{ with: string } | undefined>()
  })

  it('cannot read a part that the operation does not declare', () => {
    // @ts-expect-error no body is declared
    const handler: Handlers<Routes>['deleteNote'] = async ({ body }) => ({ status: body })
    expectTypeOf(handler).not.toBeNever()
  })
})

describe('callers', () => {
  interface Known {
    key: { project: string }
    person: { id: string }
    admin: { name: string }
  }

  it('are known where the operation is protected, by one of the ways that it declares', () => {
    type Caller = Input<Routes['createNote'], Known>['caller']
    expectTypeOf<Caller>().toEqualTypeOf<Pick<Known, 'key' | 'person'> | Pick<Known, 'admin'>>()
  })

  it('do not exist where the operation is public, or where nobody authenticates', () => {
    expectTypeOf<keyof Input<Routes['getNewest'], Known>>().toEqualTypeOf<Always>()
    expectTypeOf<keyof Input<Routes['createNote']>>().toEqualTypeOf<'body' | Always>()
  })
})

describe('replies', () => {
  it('have a declared status', () => {
    expectTypeOf<RouteReply<Routes['share']>['status']>().toEqualTypeOf<200 | 302>()
    // @ts-expect-error 418 is not declared
    const handler: CreateNote = async () => ({ status: 418, body: { problem: 'tea' } })
    expectTypeOf(handler).not.toBeNever()
  })

  it('have the body of their status', () => {
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

  it('have no body where none is declared', () => {
    // @ts-expect-error 204 has none
    const handler: Handlers<Routes>['deleteNote'] = async () => ({ status: 204, body: {} })
    expectTypeOf(handler).not.toBeNever()
  })

  it('may have headers, several of one name too', () => {
    const handler: Handlers<Routes>['share'] = async ({ body }) =>
      body
        ? { status: 200, body: { with: body.with } }
        : { status: 302, headers: { Location: '/notes', 'Set-Cookie': ['a=1', 'b=2'] } }
    expectTypeOf(handler).not.toBeNever()
  })
})

it('a wrong expectation does not compile', () => {
  // @ts-expect-error otherwise nothing in these files would be checked
  expectTypeOf<string>().toEqualTypeOf<number>()
})
