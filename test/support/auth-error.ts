import { expect } from 'vitest'

/** Matches an `AuthError`. */
export const authError = (code: string, reason?: string) =>
  expect.objectContaining({ name: 'AuthError', code, ...(reason && { details: { reason } }) })
