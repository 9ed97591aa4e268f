import type { Credential } from '../openapi/credentials.ts'
import type { Document, Operation } from '../openapi/document.ts'
import { exampleRequest } from '../openapi/example-request.ts'
import { endpointsOf } from '../openapi/operations.ts'

/** A response value to store in a variable. */
export interface Capture {
  variable: string
  /** The property names that lead to the value in the response body. */
  path: string[]
}

/** Operations whose tokens the later requests use. Guests and passkeys do not replace the user. */
const capturing = ['signUp', 'signIn', 'refreshTokens', 'exchangeOAuthCode']

/** Tells whether later requests use the tokens of an operation. */
export const isCapturing = ({ operationId = '' }: Operation) => capturing.includes(operationId)

const accessTokenNames = ['accessToken', 'access_token', 'token']
/** The second one is that of OAuth (RFC 6749, section 5.1). */
const refreshTokenNames = ['refreshToken', 'refresh_token']
export const refreshTokenVariable = 'refreshToken'

/** Tells whether an operation of any name is a sign-in or refresh: it needs no token, and returns a pair. */
export const issuesTokens = (body: unknown, authorization: Credential | undefined): boolean =>
  authorization?.kind !== 'bearer' &&
  [['accessToken', 'access_token'], refreshTokenNames].every((names) => findPath(body, names) !== undefined)

/**
 * Finds the tokens in a response body.
 * @param accessTokenVariable the variable of the scheme that sends access tokens, if there is one
 */
export function capturesIn(body: unknown, accessTokenVariable: string | undefined): Capture[] {
  const capture = (variable: string | undefined, names: string[]) => {
    const path = findPath(body, names)
    return variable && path ? [{ variable, path }] : []
  }
  return [
    ...capture(accessTokenVariable, accessTokenNames),
    ...capture(refreshTokenVariable, refreshTokenNames),
  ]
}

/** Finds a property with one of the names, also in nested objects. */
function findPath(value: unknown, names: string[]): string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const own = names.find((name) => name in value)
  if (own) return [own]
  for (const [key, inner] of Object.entries(value)) {
    const path = findPath(inner, names)
    if (path) return [key, ...path]
  }
  return undefined
}

/** Replaces the example of a refresh token, which a server rejects once it is used, with a variable. */
export function withVariables(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      refreshTokenNames.includes(name) && typeof value === 'string' ? `{{${refreshTokenVariable}}}` : value,
    ]),
  )
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** Returns the example of a refresh token in a request body. */
export function refreshTokenExample(document: Document): string {
  for (const endpoint of endpointsOf(document)) {
    const { body } = exampleRequest(document, endpoint)
    const token = refreshTokenNames.map((name) => Object(body?.value)[name]).find(isText)
    if (token !== undefined) return token
  }
  return ''
}
