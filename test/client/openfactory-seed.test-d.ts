import { assertType, describe, expectTypeOf, test } from 'vitest'
import type { operations } from '../../generated/openfactory/types.ts'
import type { BodyOf } from '../../src/client/index.ts'

// The literals of the vendor's "API Contract: Authentication", copied as they stand there.

interface SignUpRequest {
  email: string // valid email
  password: string // min 8 chars
  name: string
  organizationName: string
}

interface SignUpResponse {
  user: {
    id: string
    email: string
    name: string
  }
  organization: {
    id: string
    name: string
    slug: string
  }
  session: {
    token: string
    expiresAt: string // ISO 8601
  }
}

interface SignInRequest {
  email: string
  password: string
}

interface SignInResponse {
  user: {
    id: string
    email: string
    name: string
    avatarUrl: string | null
  }
  session: {
    token: string
    expiresAt: string
  }
}

interface SessionResponse {
  user: {
    id: string
    email: string
    name: string
    avatarUrl: string | null
  }
  organizationId: string
  role: 'member' | 'admin'
}

interface ForgotPasswordRequest {
  email: string
}

interface ForgotPasswordResponse {
  message: 'If an account exists, a reset email has been sent.'
}

interface ResetPasswordRequest {
  token: string
  newPassword: string
}

interface ResetPasswordResponse {
  message: 'Password reset successfully.'
}

type RequestOf<Op> = Op extends { requestBody: { content: { 'application/json': infer Body } } }
  ? Body
  : never

/** Compiles where each of the two types is assignable to the other. */
const assignableBothWays = <A, B>(
  ..._proof: [A] extends [B]
    ? [B] extends [A]
      ? []
      : ['B is not assignable to A']
    : ['A is not assignable to B']
) => {}

describe('the vendor’s literals and the generated types are assignable both ways', () => {
  test('sign-up', () => {
    assignableBothWays<SignUpRequest, RequestOf<operations['signUp']>>()
    assignableBothWays<SignUpResponse, BodyOf<operations['signUp'], 201>>()
    expectTypeOf<keyof operations['signUp']['responses']>().extract<409 | 422>().toEqualTypeOf<409 | 422>()
  })

  test('sign-in', () => {
    assignableBothWays<SignInRequest, RequestOf<operations['signIn']>>()
    assignableBothWays<SignInResponse, BodyOf<operations['signIn'], 200>>()
    expectTypeOf<keyof operations['signIn']['responses']>().extract<401>().toEqualTypeOf<401>()
  })

  test('sign-out', () => {
    expectTypeOf<BodyOf<operations['signOut'], 204>>().toBeUndefined()
  })

  test('the current session', () => {
    assignableBothWays<SessionResponse, BodyOf<operations['getSession'], 200>>()
    expectTypeOf<keyof operations['getSession']['responses']>().extract<401>().toEqualTypeOf<401>()
  })

  test('the start of OAuth', () => {
    assignableBothWays<'github' | 'google', operations['startOAuth']['parameters']['path']['provider']>()
    assignableBothWays<
      { redirectTo?: string },
      NonNullable<operations['startOAuth']['parameters']['query']>
    >()
    expectTypeOf<keyof operations['startOAuth']['responses']>().extract<302>().toEqualTypeOf<302>()
  })

  test('the password reset', () => {
    assignableBothWays<ForgotPasswordRequest, RequestOf<operations['requestPasswordReset']>>()
    assignableBothWays<ForgotPasswordResponse, BodyOf<operations['requestPasswordReset'], 200>>()
    assignableBothWays<ResetPasswordRequest, RequestOf<operations['confirmPasswordReset']>>()
    assignableBothWays<ResetPasswordResponse, BodyOf<operations['confirmPasswordReset'], 200>>()
    expectTypeOf<keyof operations['confirmPasswordReset']['responses']>().extract<400>().toEqualTypeOf<400>()
  })

  test('and the comparison can fail, either way', () => {
    // @ts-expect-error a member too few
    assignableBothWays<SignUpRequest, { email: string }>()
    // @ts-expect-error a member too many
    assignableBothWays<{ email: string }, SignUpRequest>()
    // @ts-expect-error null is not documented
    assignableBothWays<SignInRequest, { email: string | null; password: string }>()
    assertType<SignInRequest>({ email: '', password: '' })
  })
})
