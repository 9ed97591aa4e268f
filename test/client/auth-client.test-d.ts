import { describe, expectTypeOf, test } from 'vitest'
import { createAuthClient, match, memoryTokens } from '../../src/client/index.ts'
import type { paths } from './own-api.ts'

const connection = { baseUrl: 'http://api.test' }
const readTokens = { accessToken: 'access_token' }

describe('the client of your own API', () => {
  test('has the paths, bodies and responses of the contract', async () => {
    const client = createAuthClient<paths>(connection)
    const { data, error } = await client.GET('/me')
    if (data) expectTypeOf(data).toEqualTypeOf<{ token: string }>()
    else expectTypeOf(error).toEqualTypeOf<{ error: string }>()
    // @ts-expect-error no such path
    client.GET('/you')
    // @ts-expect-error a body is required
    client.POST('/notes')
  })

  test('accepts only paths of the contract in its options', () => {
    createAuthClient<paths>({ ...connection, redirects: ['/me'], session: { bearer: ['/me', '/notes'] } })
    // @ts-expect-error no such path
    createAuthClient<paths>({ ...connection, redirects: ['/you'] })
    // @ts-expect-error no such path
    createAuthClient<paths>({ ...connection, session: { signIn: ['/login'], readTokens } })
    // @ts-expect-error no such path
    createAuthClient<paths>({ ...connection, session: { readTokens, refresh: { path: '/refresh' } } })
  })

  test('accepts a key in a header or in the query', () => {
    createAuthClient<paths>({ ...connection, apiKey: { header: 'X-Key', value: '' } })
    createAuthClient<paths>({ ...connection, apiKey: { query: 'key', value: '' } })
    createAuthClient<paths>({
      ...connection,
      apiKey: [
        { header: 'X-Key', value: '' },
        { query: 'key', value: '' },
      ],
    })
    // @ts-expect-error both
    createAuthClient<paths>({ ...connection, apiKey: { header: 'X-Key', query: 'key', value: '' } })
    // @ts-expect-error neither
    createAuthClient<paths>({ ...connection, apiKey: { value: '' } })
  })

  test('accepts the options of a session only with its rules', () => {
    createAuthClient<paths>({
      ...connection,
      session: {},
      tokens: memoryTokens(),
      onExpired: () => undefined,
    })
    // @ts-expect-error no session
    createAuthClient<paths>({ ...connection, tokens: memoryTokens() })
    // @ts-expect-error no session
    createAuthClient<paths>({ ...connection, onExpired: () => undefined })
  })

  test('passes the tokens and errors of the API to functions of the rules', () => {
    createAuthClient<paths>({
      ...connection,
      session: {
        readTokens: ({ access_token }: { access_token: string }) => ({ accessToken: access_token }),
        isExpired: ({ error }: { error: string }, challenge) => error === challenge,
        refresh: { path: '/token', json: ({ refreshToken }) => ({ text: refreshToken.length }) },
      },
    })
    createAuthClient<paths>({
      ...connection,
      // @ts-expect-error the fields of a form are texts
      session: { readTokens, refresh: { path: '/token', form: () => ({ count: 1 }) } },
    })
  })

  test('passes match the bodies of ranges and defaults', async () => {
    const client = createAuthClient<paths>(connection)
    match(await client.GET('/me'), {
      200: ({ token }) => expectTypeOf(token).toBeString(),
      '4XX': ({ error }) => expectTypeOf(error).toBeString(),
    })
    // @ts-expect-error the handler for 4XX is missing
    match(await client.GET('/me'), { 200: () => 0 })
    match(await client.POST('/token', { body: {} }), {
      200: ({ access_token }) => expectTypeOf(access_token).toBeString(),
      default: ({ error }) => expectTypeOf(error).toBeString(),
    })
  })
})
