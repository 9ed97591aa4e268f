import { describe, expectTypeOf, it } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { createStub, type StubHandlers } from '../../src/server/stub.ts'
import * as own from './own-routes.ts'

describe('stub handler types', () => {
  it('accepts a subset of the operations, and rejects unknown ones', () => {
    expectTypeOf<Record<never, never>>().toExtend<StubHandlers<VariantName>>()
    // @ts-expect-error the operation is signOut
    const handlers: StubHandlers<'openfactory'> = { signout: async () => ({ status: 204 }) }
    expectTypeOf(handlers).not.toBeNever()
  })

  it('types requests and responses per API', () => {
    const bkend: StubHandlers<'bkend'> = {
      signIn: async ({ body }) => ({
        status: 200,
        body: { accessToken: body.email, refreshToken: body.password, tokenType: 'Bearer', expiresIn: 3600 },
      }),
    }
    const bondmcp: StubHandlers<'bondmcp'> = {
      // @ts-expect-error fields of bkend
      signIn: async () => ({ status: 200, body: { accessToken: '', tokenType: 'Bearer', expiresIn: 3600 } }),
    }
    const openfactory: StubHandlers<'openfactory'> = {
      signOut: async () => ({ status: 204 }),
      // @ts-expect-error the role is admin or member
      getSession: async () => ({ status: 200, body: { user: { id: '' }, role: 'owner' } }),
    }
    expectTypeOf([bkend, bondmcp, openfactory]).not.toBeNever()
  })
})

describe('stub handler types of your own routes', () => {
  it('types bodies of all media types, and statuses of ranges and defaults', () => {
    const handlers: StubHandlers<typeof own> = {
      issueToken: async ({ body }) => {
        if ('assertion' in body) return { status: 400, body: { error: body.assertion } }
        expectTypeOf(body.grant_type).toEqualTypeOf<'password' | 'refresh_token'>()
        return { status: 200, body: { access_token: body.username ?? '' } }
      },
      uploadAvatar: async () => ({ status: 503, body: { error: 'busy' } }),
      readTerms: async () => ({ status: 200, body: '<h1>Terms</h1>' }),
    }
    const wrong: StubHandlers<typeof own> = {
      // @ts-expect-error the body of a range
      issueToken: async () => ({ status: 404, body: { access_token: '' } }),
      // @ts-expect-error no declared status
      readTerms: async () => ({ status: 404, body: '' }),
    }
    expectTypeOf([handlers, wrong]).not.toBeNever()
    createStub(own, handlers)
    createStub({ ...own, basePath: '/v1' }, { readTerms: async () => ({ status: 200, body: '' }) })
    // @ts-expect-error unknown operation
    createStub(own, { readTerm: async () => ({ status: 200, body: '' }) })
  })
})
