import { describe, expectTypeOf, it } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import type { StubHandlers } from '../../src/server/stub.ts'

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
