import { describe, expectTypeOf, test } from 'vitest'
import {
  type bkend,
  createBkendClient,
  createBondmcpClient,
  createOpenfactoryClient,
  match,
} from '../../src/client/index.ts'

const connection = { baseUrl: 'http://api.test' }
const client = createBkendClient({ ...connection, apiKey: 'pk_test' })

describe('the error codes of a call', async () => {
  const body = { method: 'password', email: '', password: '', name: '' } as const
  const result = await client.POST('/v1/auth/email/signup', { body })

  test('allows only the codes of the operation', () => {
    if (!result.error) return
    const { code } = result.error.error
    expectTypeOf(code).toExtend<bkend.ErrorCode>()
    expectTypeOf<'auth/email-already-exists'>().toExtend<typeof code>()
    // @ts-expect-error a sign-up cannot fail with this code
    if (code === 'auth/invalid-credentials') return
    expectTypeOf(result.error).toExtend<bkend.ErrorResponse>()
  })

  test('allows only the codes of the status in the handlers of match', () => {
    match(result, {
      409: ({ error }) => expectTypeOf(error.code).toEqualTypeOf<'auth/email-already-exists'>(),
      // @ts-expect-error a 400 never has the code of the 409
      400: ({ error }) => error.code === 'auth/email-already-exists',
      429: ({ error }) => error.code === 'auth/too-many-requests',
      otherwise: () => undefined,
    })
  })

  test('distinguishes the codes of operations that share a status', async () => {
    match(await client.POST('/v1/auth/email/signin', { body }), {
      401: ({ error }) => error.code === 'auth/invalid-credentials',
      // @ts-expect-error sign-in has its own limits
      429: ({ error }) => error.code === 'auth/too-many-code-requests',
      otherwise: () => undefined,
    })
    match(await client.POST('/v1/auth/refresh', { body: { refreshToken: '' } }), {
      401: ({ error }) => error.code === 'auth/session-expired',
      // @ts-expect-error a refresh has no users
      404: ({ error }) => error.code === 'user/not-found',
      otherwise: () => undefined,
    })
  })

  test('allows only the codes of the status in the other APIs', async () => {
    match(await createBondmcpClient(connection).GET('/mcp/health-ai/models'), {
      401: ({ error }) => expectTypeOf(error.code).toEqualTypeOf<'authentication_error'>(),
      403: ({ error }) => expectTypeOf(error.code).toEqualTypeOf<'permission_denied'>(),
      otherwise: () => undefined,
    })
    match(await createOpenfactoryClient(connection).GET('/api/auth/session'), {
      401: ({ error }) => expectTypeOf(error.code).toEqualTypeOf<'UNAUTHORIZED'>(),
      otherwise: () => undefined,
    })
  })
})
