import { describe, expectTypeOf, it } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import type { StubHandlers } from '../../src/server/stub.ts'

describe('the handlers of a stub', () => {
  it('may be any of the operations, and no others', () => {
    expectTypeOf<Record<never, never>>().toExtend<StubHandlers<VariantName>>()
    // @ts-expect-error it is signOut
    const handlers: StubHandlers<'openfactory'> = { signout: async () => ({ status: 204 }) }
    expectTypeOf(handlers).not.toBeNever()
  })

  it('know what each API takes and gives', () => {
    const bkend: StubHandlers<'bkend'> = {
      signIn: async ({ body }) => ({
        status: 200,
        body: { accessToken: body.email, refreshToken: body.password, tokenType: 'Bearer', expiresIn: 3600 },
      }),
    }
    const bondmcp: StubHandlers<'bondmcp'> = {
      // @ts-expect-error bkend's members are not bondmcp's
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
