import { describe, expectTypeOf, test } from 'vitest'
import {
  type bedrud,
  type bkend,
  createBedrudClient,
  createBkendClient,
  createBondmcpClient,
  createOpenfactoryClient,
  match,
  memoryTokens,
  webLock,
} from '../../src/client/index.ts'

const connection = { baseUrl: 'http://api.test' }
const client = createBkendClient({ ...connection, apiKey: 'pk_test' })
const openfactory = createOpenfactoryClient(connection)

describe('a call', () => {
  test('accepts exactly what the contract declares', () => {
    client.POST('/v1/auth/email/signin', { body: { method: 'password', email: '', password: '' } })
    // @ts-expect-error no such path
    client.GET('/v1/auth/you')
    // @ts-expect-error no such method
    client.GET('/v1/auth/email/signin')
    // @ts-expect-error a required property is missing
    client.POST('/v1/auth/email/signin', { body: { method: 'password', email: '' } })
    // @ts-expect-error a constant has another value
    client.POST('/v1/auth/email/signin', { body: { method: 'sms', email: '', password: '' } })
    // @ts-expect-error a body is required
    client.POST('/v1/auth/email/signin')
    // @ts-expect-error a path parameter is required
    client.GET('/v1/users/{userId}')
  })

  test('returns the body of the success or an error', async () => {
    const { data, error } = await client.GET('/v1/auth/me')
    if (data) expectTypeOf(data).toEqualTypeOf<bkend.User>()
    else expectTypeOf(error).toExtend<bkend.ErrorResponse>()
  })

  test('needs no body for a sign-out of Bedrud', () => {
    createBedrudClient(connection).POST('/api/auth/logout')
  })
})

describe('match', async () => {
  const result = await openfactory.GET('/api/auth/session')

  test('passes each handler the body of its status, and returns the union of their results', () => {
    const outcome = match(result, {
      200: ({ role }) => role,
      401: async ({ error }) => error.code,
      413: (_body, response) => response,
      500: () => 0,
      503: () => undefined,
    })
    expectTypeOf(outcome).toExtend<string | Promise<string> | Response | number | undefined>()
    expectTypeOf<'admin'>().toExtend<typeof outcome>()
    expectTypeOf<boolean>().not.toExtend<typeof outcome>()
  })

  test('passes undefined for a status without a body', async () => {
    match(await openfactory.POST('/api/auth/signout'), {
      204: (body) => expectTypeOf(body).toBeUndefined(),
      otherwise: () => undefined,
    })
  })

  test('distinguishes the bodies of different statuses', async () => {
    const body = { email: '', password: '', name: '', organizationName: '' }
    match(await openfactory.POST('/api/auth/signup', { body }), {
      201: ({ session }) => expectTypeOf(session.token).toBeString(),
      422: ({ error }) => expectTypeOf(error.details.issues).toExtend<{ path: string }[]>(),
      // @ts-expect-error only the 422 names its issues
      409: ({ error }) => error.details.issues,
      otherwise: (rest) => expectTypeOf(rest).toBeUnknown(),
    })
  })

  test('requires handlers for all declared statuses, or an otherwise handler', () => {
    // @ts-expect-error 503 is missing
    match(result, { 200: () => 0, 401: () => 0, 413: () => 0, 500: () => 0 })
    match(result, { 200: () => 0, otherwise: () => 0 })
  })

  test('rejects a status that the contract does not declare', () => {
    // @ts-expect-error 404 is not declared
    match(result, { 200: () => 0, 401: () => 0, 404: () => 0, 413: () => 0, 500: () => 0, 503: () => 0 })
    // @ts-expect-error 404 is not declared
    match(result, { 200: () => 0, 404: () => 0, otherwise: () => 0 })
  })

  test('rejects a value that is not the result of a call', () => {
    // @ts-expect-error the result was destructured
    match({ data: result.data }, { otherwise: () => 0 })
  })

  test('distinguishes a guest from a user as the contract does', async () => {
    const guest = await createBedrudClient(connection).POST('/api/auth/guest-login', {
      body: { name: 'Sam' },
    })
    match(guest, {
      200: (body) => expectTypeOf(body.user.role).toEqualTypeOf<bedrud.GuestUser['role']>(),
      otherwise: () => undefined,
    })
  })
})

describe('options', () => {
  test('requires the URL, and the API key of bkend', () => {
    // @ts-expect-error baseUrl is missing
    createBedrudClient({})
    // @ts-expect-error apiKey is missing
    createBkendClient(connection)
  })

  test('accepts an onExpired that returns credentials, tokens or nothing, also as a promise', () => {
    createBondmcpClient({ ...connection, onExpired: () => ({ email: '', password: '' }) })
    createBondmcpClient({ ...connection, onExpired: async () => ({ accessToken: '' }) })
    createBondmcpClient({ ...connection, onExpired: () => undefined })
    // @ts-expect-error not the credentials of this API
    createBondmcpClient({ ...connection, onExpired: () => ({ user: '', password: '' }) })
    // @ts-expect-error these clients refresh tokens
    createBedrudClient({ ...connection, onExpired: () => undefined })
  })

  test('accepts an API key or a session, but not both', () => {
    createOpenfactoryClient({ ...connection, apiKey: 'of-key-1' })
    // @ts-expect-error a key does not expire
    createOpenfactoryClient({ ...connection, apiKey: 'of-key-1', onExpired: () => undefined })
    // @ts-expect-error a key needs no store
    createBondmcpClient({ ...connection, apiKey: 'bcp_1', tokens: memoryTokens() })
  })

  test('accepts a synchronous or asynchronous fetch, and the options of openapi-fetch', () => {
    createBedrudClient({ ...connection, fetch: () => new Response(), credentials: 'include' })
    createBedrudClient({ ...connection, fetch: async (request) => fetch(request), lock: webLock('bedrud') })
  })
})
