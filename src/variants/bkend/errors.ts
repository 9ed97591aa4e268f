import type { Error as ErrorBody, ErrorCode } from '../../../generated/bkend/types.ts'
import type { Refusals } from '../../contract/refusals.ts'
import type { Violation } from '../../contract/violations.ts'

const refusal = (status: number, code: ErrorCode, message: string) => ({
  status,
  body: { success: false as const, error: { code, message } },
})

export const refusals: Refusals<ErrorBody> = {
  notFound: () => refusal(404, 'common/not-found', 'No operation has this path'),
  methodNotAllowed: () =>
    refusal(405, 'common/method-not-allowed', 'The path exists, but not with this method'),
  malformedJson: () => refusal(400, 'common/invalid-parameters', 'The body is not valid JSON'),
  unsupportedMediaType: () =>
    refusal(415, 'common/unsupported-media-type', 'Send the body as application/json'),
  tooLarge: () => refusal(413, 'common/payload-too-large', 'The body is too large'),
  invalid: ({ operationId, violations: [first] }) => refusal(400, ...wordingFor(operationId, first)),
  internalError: () => refusal(500, 'common/internal-error', 'Something went wrong on our side'),
  // Outside the contract, but in a code that clients of the contract know.
  notImplemented: ({ operationId }) =>
    refusal(501, 'common/internal-error', `${operationId} is not implemented yet`),
  unavailable: () => refusal(503, 'common/unavailable', 'The service is busy, try again soon'),
}

type Wording = [code: ErrorCode, message: string]

/** A member that is there and malformed has a code or a text of its own; all else is told as the schema says it. */
function wordingFor(operationId: string, { path, rule, message }: Violation): Wording {
  const wordings = { ...members, ...membersOf[operationId] }
  const isMalformed = rule !== 'required' && rule !== 'type'
  const wording = wordings[`${path} ${rule}`] ?? (isMalformed ? wordings[path] : undefined)
  return wording ?? ['common/invalid-parameters', `${path || 'The body'} ${message}`]
}

const members: Record<string, Wording> = {
  email: ['auth/invalid-email', 'The email address is not valid'],
  newPassword: ['auth/invalid-password-format', 'Invalid password format'],
  provider: ['auth/unsupported-provider', 'The provider is not supported'],
  redirect: ['common/invalid-parameters', 'redirect must be a web address'],
  mfaCode: ['common/invalid-parameters', 'mfaCode must be six digits'],
  mobile: ['common/invalid-parameters', 'mobile must be a number in E.164 form'],
}

const membersOf: Record<string, Record<string, Wording>> = {
  signUp: {
    password: ['auth/invalid-password-format', 'Invalid password format'],
  },
  exchangeOAuthCode: {
    'idToken required': ['common/invalid-parameters', 'code or idToken is required'],
    'redirectUri required': ['common/invalid-parameters', 'redirectUri is required with code'],
  },
  updateUser: {
    '': ['common/invalid-parameters', 'Send at least one field to change'],
    name: ['user/invalid-name', 'name must have 1 to 100 characters'],
    nickname: ['user/invalid-nickname', 'nickname must have 1 to 50 characters'],
  },
  createAvatarUploadUrl: {
    'filename tooSmall': ['file/invalid-name', 'filename must not be empty'],
    'filename tooBig': ['file/invalid-name', 'filename must have at most 255 characters'],
    filename: ['file/invalid-name', 'filename must not hold a path'],
    contentType: ['file/invalid-format', 'contentType is not an accepted image type'],
  },
}
