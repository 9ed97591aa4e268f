import { expect } from 'vitest'
import { rules } from '../../../src/client/bedrud.ts'
import { signInAs } from '../../server/cases.ts'
import type { ApiFacts } from '../../support/facts.ts'

export const facts: ApiFacts = {
  refusedUsers: ['erin@example.net'],
  caseSetups: {
    'refreshTokens ok': async (sandbox) => {
      const { refreshToken } = await signInAs(sandbox, 'mary.major@example.com')
      return { body: { refreshToken } }
    },
    // The contract does not declare cookies that browsers send by themselves.
    'finishOAuth ok': async () => ({
      headers: { cookie: 'bedrud_oauth_1794b1a988ec=hVXfxZyJ_dXmo3nWYPzkBFH5UoYrGRGq' },
    }),
  },
  badRequest: { error: expect.any(String) },
  client: {
    rules,
    errors: {
      expired: ['Invalid token'],
      ended: ['Account is deactivated', 'Invalid or expired refresh token', 'User not found'],
      gone: ['Account is deactivated', 'User not found'],
    },
  },
  httpErrors: {
    notFound: [404, 'Not found'],
    methodNotAllowed: [405, 'Method not allowed'],
    malformedJson: [400, 'Invalid input'],
    wrongMediaType: [400, 'Invalid input'],
    missingPassword: [400, 'Email and password are required'],
    tooLarge: [413, 'Request body too large'],
    internalError: [500, 'An internal error occurred'],
    notImplemented: [501, 'signIn is not implemented yet'],
    unavailable: [503, 'Service unavailable, please try again later'],
  },
}
