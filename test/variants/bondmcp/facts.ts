import { expect } from 'vitest'
import { rules } from '../../../src/client/bondmcp.ts'
import type { ApiFacts } from '../../support/facts.ts'

export const facts: ApiFacts = {
  refusedUsers: ['grace@example.org', 'alan@example.org'],
  badRequest: { error: expect.objectContaining({ code: 'invalid_request' }) },
  client: {
    rules,
    errors: { expired: ['authentication_error'], ended: ['invalid_credentials'], gone: [] },
  },
  httpErrors: {
    notFound: [404, 'resource_not_found'],
    methodNotAllowed: [405, 'method_not_allowed'],
    malformedJson: [400, 'invalid_request'],
    wrongMediaType: [400, 'invalid_request'],
    missingPassword: [422, 'validation_error'],
    tooLarge: [413, 'payload_too_large'],
    internalError: [500, 'service_error'],
    notImplemented: [501, 'service_error'],
    unavailable: [503, 'service_unavailable'],
  },
}
