import type { routes } from '../../../generated/bedrud/routes.ts'
import type { Error as ErrorBody } from '../../../generated/bedrud/types.ts'
import type { Refusals } from '../../contract/refusals.ts'
import type { Violation } from '../../contract/violations.ts'

const refusal = (status: number, error: string) => ({ status, body: { error } })

/** A body that cannot be used, whatever the reason; another media type too, to keep forms on other sites out. */
const invalidInput = () => refusal(400, 'Invalid input')

export const refusals: Refusals<ErrorBody> = {
  notFound: () => refusal(404, 'Not found'),
  methodNotAllowed: () => refusal(405, 'Method not allowed'),
  malformedJson: invalidInput,
  unsupportedMediaType: invalidInput,
  tooLarge: () => refusal(413, 'Request body too large'),
  invalid: ({ operationId, violations }) => {
    const text = textFor(operationId, violations)
    return text ? refusal(400, text) : invalidInput()
  },
  internalError: () => refusal(500, 'An internal error occurred'),
  notImplemented: ({ operationId }) => refusal(501, `${operationId} is not implemented yet`),
  unavailable: () => refusal(503, 'Service unavailable, please try again later'),
}

function textFor(operationId: string, violations: Violation[]): string | undefined {
  if (violations.some(({ rule }) => rule === 'type')) return undefined
  const broken = new Set(violations.flatMap(({ path, rule }) => [path, `${path} ${rule}`]))
  const inOrder: Record<string, string> = (texts as Record<string, Record<string, string>>)[operationId] ?? {}
  return Object.entries(inOrder).find(([member]) => broken.has(member))?.[1]
}

const invalidEmail = 'Invalid email format'
const missingCredentials = 'Email and password are required'
const missingEmailOrName = 'Email and Name are required'
const longPassword = 'Password must be at most 128 characters'
const unsupportedProvider = 'Unsupported OAuth provider'
const encodingOf = (...members: string[]) =>
  Object.fromEntries(members.map((member) => [`${member} form`, `Invalid ${member} encoding`]))

/** By member, or member and rule, in the order in which the vendor's server looks at them. */
const texts: Partial<Record<keyof typeof routes, Record<string, string>>> = {
  signUp: {
    email: invalidEmail,
    'name tooBig': 'Name must be at most 255 characters',
    name: 'Name must be at least 2 characters',
    'password tooBig': longPassword,
    password: 'Password must be at least 8 characters',
  },
  signIn: {
    email: missingCredentials,
    'password tooBig': longPassword,
    password: missingCredentials,
  },
  signInAsGuest: {
    'name required': 'Name is required',
    name: 'Name must be between 2 and 50 characters',
  },
  startOAuth: { provider: unsupportedProvider },
  finishOAuth: { provider: unsupportedProvider },
  finishPasskeyRegistration: encodingOf('clientDataJSON', 'attestationObject'),
  finishPasskeySignIn: encodingOf('credentialId', 'clientDataJSON', 'authenticatorData', 'signature'),
  startPasskeySignUp: {
    'email required': missingEmailOrName,
    'name required': missingEmailOrName,
    email: invalidEmail,
    name: 'Name must be between 2 and 100 characters',
  },
  finishPasskeySignUp: encodingOf('clientDataJSON', 'attestationObject'),
}
