import { describe, expectTypeOf, test } from 'vitest'
import { createOpenfactoryClient, match, type openfactory } from '../../src/client/index.ts'

const client = createOpenfactoryClient({ baseUrl: 'http://api.test' })
/** The codes that a sign-up can return, except `VALIDATION_ERROR`. */
type SignUpCode =
  | 'BAD_REQUEST'
  | 'EMAIL_EXISTS'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'RATE_LIMITED'
  | 'INTERNAL_ERROR'
  | 'UNAVAILABLE'

const body = { email: '', password: '', name: '', organizationName: '' }

describe('an OpenFactory error', async () => {
  const result = await client.POST('/api/auth/signup', { body })

  test('narrows an error to its issues by its code, in the result of a call', () => {
    if (!result.error) return
    const { error } = result.error
    if (error.code === 'VALIDATION_ERROR') {
      expectTypeOf(error.details.issues).toEqualTypeOf<openfactory.ValidationIssue[]>()
    } else {
      expectTypeOf(error.code).toEqualTypeOf<SignUpCode>()
      // @ts-expect-error only VALIDATION_ERROR has details
      error.details
    }
    if (result.error.error.code === 'VALIDATION_ERROR')
      expectTypeOf(result.error.error.details.issues[0]?.path).toEqualTypeOf<string | undefined>()
  })

  test('narrows an error in a switch that covers all codes', () => {
    if (!result.error) return
    const { error } = result.error
    switch (error.code) {
      case 'VALIDATION_ERROR':
        return expectTypeOf(error.details.issues).items.toEqualTypeOf<openfactory.ValidationIssue>()
      case 'EMAIL_EXISTS':
        return expectTypeOf(error).not.toHaveProperty('details')
      // @ts-expect-error no such code
      case 'EMAIL_TAKEN':
        return
      default:
        expectTypeOf(error.code).toEqualTypeOf<Exclude<SignUpCode, 'EMAIL_EXISTS'>>()
    }
  })

  test('needs no narrowing in the 422 handler of match', () => {
    match(result, {
      409: ({ error }) => expectTypeOf(error.code).toEqualTypeOf<'EMAIL_EXISTS'>(),
      422: ({ error }) => {
        expectTypeOf(error.code).toEqualTypeOf<'VALIDATION_ERROR'>()
        expectTypeOf(error.details.issues).toEqualTypeOf<openfactory.ValidationIssue[]>()
      },
      otherwise: () => undefined,
    })
  })

  test('narrows an error that the handlers of match have returned', () => {
    const failed = match(result, {
      201: () => undefined,
      409: ({ error }) => error,
      422: ({ error }) => error,
      otherwise: () => undefined,
    })
    if (failed?.code === 'VALIDATION_ERROR')
      expectTypeOf(failed.details.issues).toEqualTypeOf<openfactory.ValidationIssue[]>()
  })
})

test('names the types of all OpenFactory bodies', () => {
  expectTypeOf<openfactory.operations['requestPasswordReset']['requestBody']['content']>().toEqualTypeOf<{
    'application/json': openfactory.RequestPasswordResetRequest
  }>()
  expectTypeOf<openfactory.ApiKeyList['apiKeys']>().toEqualTypeOf<openfactory.ApiKey[]>()
  expectTypeOf<openfactory.SignUpResult['organization']>().toEqualTypeOf<openfactory.Organization>()
})
