import { base64url } from 'jose'

/** The site that passkeys belong to. */
export interface RelyingParty {
  /** The domain of all origins, or a parent domain of them. Without a port. */
  rpId: string
  rpName: string
  /** Tells whether pages of an origin, as reported by the browser, may use passkeys. */
  allowsOrigin: (origin: string) => boolean
}

/** The result of `navigator.credentials.create()`, in base64url without padding. */
export interface Attestation {
  clientDataJSON: string
  attestationObject: string
}

/** The result of `navigator.credentials.get()`, in base64url without padding. */
export interface Assertion {
  credentialId: string
  clientDataJSON: string
  authenticatorData: string
  signature: string
  userHandle?: string | null | undefined
}

/** The offered COSE algorithms, in order of preference: ES256, RS256. */
export const algorithms = [-7, -257]

/**
 * Reads the challenge from the client data.
 * @returns undefined for malformed client data
 */
export function readChallenge(clientDataJSON: string): string | undefined {
  const { challenge } = readClientData(clientDataJSON)
  return typeof challenge === 'string' && /^[\w-]{1,128}$/.test(challenge) ? challenge : undefined
}

/** Reads the client data. Returns an empty object if it is malformed. */
export function readClientData(clientDataJSON: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(base64url.decode(clientDataJSON)))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
