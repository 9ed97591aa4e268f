import { expect } from 'vitest'
import { rules } from '../../../src/client/bkend.ts'
import { withoutCommonPasswords } from '../../server/cases.ts'
import type { ApiFacts } from '../../support/facts.ts'

export const facts: ApiFacts = {
  webUrl: 'https://app.example.com',
  refusedUsers: ['iris@example.com'],
  caseSetups: { weakPassword: withoutCommonPasswords },
  badRequest: {
    success: false,
    message: expect.any(String),
    error: { code: 'common/invalid-parameters', message: expect.any(String) },
  },
  client: {
    rules,
    errors: {
      expired: ['auth/invalid-token', 'auth/token-expired'],
      ended: ['auth/invalid-refresh-token', 'auth/session-expired', 'auth/user-not-found'],
      gone: ['auth/user-not-found'],
    },
  },
  httpErrors: {
    notFound: [404, 'common/not-found'],
    methodNotAllowed: [405, 'common/method-not-allowed'],
    malformedJson: [400, 'common/invalid-parameters'],
    wrongMediaType: [415, 'common/unsupported-media-type'],
    missingPassword: [400, 'common/invalid-parameters'],
    tooLarge: [413, 'common/payload-too-large'],
    internalError: [500, 'common/internal-error'],
    notImplemented: [501, 'common/internal-error'],
    unavailable: [503, 'common/unavailable'],
  },
}
