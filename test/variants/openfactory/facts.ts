import { expect } from 'vitest'
import { rules } from '../../../src/client/openfactory.ts'
import { withoutCommonPasswords } from '../../server/cases.ts'
import type { ApiFacts } from '../../support/facts.ts'

export const facts: ApiFacts = {
  webUrl: 'https://factory.example.org',
  caseSetups: { weakPassword: withoutCommonPasswords },
  badRequest: { error: { code: 'BAD_REQUEST', message: expect.any(String) } },
  client: {
    rules,
    errors: { expired: ['UNAUTHORIZED'], ended: ['INVALID_CREDENTIALS'], gone: [] },
  },
  httpErrors: {
    notFound: [404, 'NOT_FOUND'],
    methodNotAllowed: [405, 'METHOD_NOT_ALLOWED'],
    malformedJson: [400, 'BAD_REQUEST'],
    wrongMediaType: [415, 'UNSUPPORTED_MEDIA_TYPE'],
    missingPassword: [422, 'VALIDATION_ERROR'],
    tooLarge: [413, 'PAYLOAD_TOO_LARGE'],
    internalError: [500, 'INTERNAL_ERROR'],
    notImplemented: [501, 'INTERNAL_ERROR'],
    unavailable: [503, 'UNAVAILABLE'],
  },
}
