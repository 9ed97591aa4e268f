import { type Credential, decodeBasic, secretIn } from './credentials.ts'
import type { RequestTexts } from './read-parameter.ts'

/** The parts of a request that can have credentials. */
type RequestCredentials = Pick<RequestTexts, 'headers' | 'query'>

/**
 * Returns the credentials that a request lacks.
 * @param alternatives lists of credentials, one of which a request must have in full; none if it needs none
 * @returns the missing ones of all alternatives; none if one alternative is complete
 */
export function missingCredentials(alternatives: Credential[][], request: RequestCredentials): Credential[] {
  const isMissing = (credential: Credential) => !hasCredential(credential, request)
  return alternatives.some((credentials) => !credentials.some(isMissing))
    ? []
    : alternatives.flat().filter(isMissing)
}

/** Tells where a request has a credential: `header Authorization: Bearer …`. */
export const placeOfCredential = ({ in: location, name, prefix }: Credential): string =>
  `${location} ${name}${prefix && `: ${prefix}…`}`

function hasCredential(credential: Credential, { headers, query }: RequestCredentials): boolean {
  // Client certificates are not part of the request.
  if (credential.in === 'connection') return true
  const secret = secretIn(credential, (name) => headers[name.toLowerCase()], query)
  return secret !== undefined && (credential.kind !== 'basic' || decodeBasic(secret) !== undefined)
}
