import { assertType, describe, expectTypeOf, test } from 'vitest'
import type { operations } from '../../generated/openfactory/types.ts'
import type { BodyOf } from '../../src/client/index.ts'

// Types copied from the vendor's "API Contract: Authentication".

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

/** Compiles only if each type is assignable to the other. */
const assignableBothWays = <A, B>(
  ..._proof: [A] extends [B]
    ? [B] extends [A]
      ? []
      : ['B is not assignable to A']
    : ['A is not assignable to B']
) => {}

describe('the generated types', () => {
  test('matches the vendor’s sign-up', () => {
    assignableBothWays<SignUpRequest, RequestOf<operations['signUp']>>()
    assignableBothWays<SignUpResponse, BodyOf<operations['signUp'], 201>>()
    expectTypeOf<keyof operations['signUp']['responses']>().extract<409 | 422>().toEqualTypeOf<409 | 422>()
  })

  test('matches the vendor’s sign-in', () => {
    assignableBothWays<SignInRequest, RequestOf<operations['signIn']>>()
    assignableBothWays<SignInResponse, BodyOf<operations['signIn'], 200>>()
    expectTypeOf<keyof operations['signIn']['responses']>().extract<401>().toEqualTypeOf<401>()
  })

  test('matches the vendor’s sign-out', () => {
    expectTypeOf<BodyOf<operations['signOut'], 204>>().toBeUndefined()
  })

  test('matches the vendor’s current session', () => {
    assignableBothWays<SessionResponse, BodyOf<operations['getSession'], 200>>()
    expectTypeOf<keyof operations['getSession']['responses']>().extract<401>().toEqualTypeOf<401>()
  })

  test('matches the vendor’s start of OAuth', () => {
    assignableBothWays<'github' | 'google', operations['startOAuth']['parameters']['path']['provider']>()
    assignableBothWays<
      { redirectTo?: string },
      NonNullable<operations['startOAuth']['parameters']['query']>
    >()
    expectTypeOf<keyof operations['startOAuth']['responses']>().extract<302>().toEqualTypeOf<302>()
  })

  test('matches the vendor’s password reset', () => {
    assignableBothWays<ForgotPasswordRequest, RequestOf<operations['requestPasswordReset']>>()
    assignableBothWays<ForgotPasswordResponse, BodyOf<operations['requestPasswordReset'], 200>>()
    assignableBothWays<ResetPasswordRequest, RequestOf<operations['confirmPasswordReset']>>()
    assignableBothWays<ResetPasswordResponse, BodyOf<operations['confirmPasswordReset'], 200>>()
    expectTypeOf<keyof operations['confirmPasswordReset']['responses']>().extract<400>().toEqualTypeOf<400>()
  })

  test('compares types in both directions', () => {
    // @ts-expect-error missing properties
    assignableBothWays<SignUpRequest, { email: string }>()
    // @ts-expect-error additional properties
    assignableBothWays<{ email: string }, SignUpRequest>()
    // @ts-expect-error null is not documented
    assignableBothWays<SignInRequest, { email: string | null; password: string }>()
    assertType<SignInRequest>({ email: '', password: '' })
  })
})
