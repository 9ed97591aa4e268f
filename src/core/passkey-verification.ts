import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import {
  decodeAttestationObject,
  isoBase64URL,
  isoCBOR,
  verifySignature,
} from '@simplewebauthn/server/helpers'
import { AuthError } from './errors.ts'
import type { Passkey } from './tables.ts'

/** The relying party: whose passkeys they are. */
export interface RelyingParty {
  /** A domain without port, that of all origins or above them. */
  rpId: string
  rpName: string
  /** May ceremonies happen on pages of this origin? It is asked for exactly as browsers report it. */
  allowsOrigin: (origin: string) => boolean
}

/** What an authenticator made of `navigator.credentials.create()`. All of it base64url without padding. */
export interface Attestation {
  clientDataJSON: string
  attestationObject: string
}

/** What an authenticator made of `navigator.credentials.get()`. All of it base64url without padding. */
export interface Assertion {
  credentialId: string
  clientDataJSON: string
  authenticatorData: string
  signature: string
  userHandle?: string | null | undefined
}

/** COSE algorithms that are offered, in order of preference: ES256, RS256. */
export const algorithms = [-7, -257]

/** WebAuthn L3, section 7.1, step 26. */
const maxCredentialIdBytes = 1023

/** @returns the challenge that the browser says it answers; undefined for what no browser sends */
export function readChallenge(clientDataJSON: string): string | undefined {
  const { challenge } = readClientData(clientDataJSON)
  return typeof challenge === 'string' && /^[\w-]{1,128}$/.test(challenge) ? challenge : undefined
}

/**
 * WebAuthn L3, section 7.1, without attestation: none is asked for, so none is believed.
 * @throws {AuthError} passkeyRefused
 */
export function verifyAttestation(relyingParty: RelyingParty, challenge: string, attestation: Attestation) {
  return withAuthErrors(async () => {
    const origin = readAllowedOrigin(relyingParty, attestation.clientDataJSON)
    const { registrationInfo } = await verifyRegistrationResponse({
      response: {
        // The id that counts is the signed one, in the authenticator data.
        ...{ id: 'unused', rawId: 'unused', type: 'public-key', clientExtensionResults: {} },
        response: { ...attestation, attestationObject: withoutStatement(attestation.attestationObject) },
      },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: relyingParty.rpId,
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    })
    if (!registrationInfo) throw new AuthError('passkeyRefused')
    const { id, publicKey, counter } = registrationInfo.credential
    if (id === '' || isoBase64URL.toBuffer(id).length > maxCredentialIdBytes)
      throw new AuthError('passkeyRefused')
    await assertUsableKey(publicKey)
    return { credentialId: id, publicKey: isoBase64URL.fromBuffer(publicKey), counter }
  })
}

/**
 * WebAuthn L3, section 7.2, except for the counter.
 * @returns the signature counter @throws {AuthError} passkeyRefused
 */
export function verifyAssertion(
  relyingParty: RelyingParty,
  challenge: string,
  passkey: Pick<Passkey, 'credentialId' | 'publicKey'>,
  { clientDataJSON, authenticatorData, signature }: Assertion,
): Promise<number> {
  return withAuthErrors(async () => {
    const origin = readAllowedOrigin(relyingParty, clientDataJSON)
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id: passkey.credentialId,
        rawId: passkey.credentialId,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: relyingParty.rpId,
      requireUserVerification: false,
      credential: {
        id: passkey.credentialId,
        publicKey: isoBase64URL.toBuffer(passkey.publicKey),
        // Switches the library's own check off: it would call a bad signature a copied passkey.
        counter: -1,
      },
    })
    if (!verified) throw new AuthError('passkeyRefused')
    return authenticationInfo.newCounter
  })
}

/** Whatever is wrong with an answer, and however a parser puts it, it is refused. */
async function withAuthErrors<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify()
  } catch (error) {
    if (error instanceof AuthError) throw error
    throw new AuthError('passkeyRefused', {
      reason: error instanceof Error ? error.message.slice(0, 200) : 'unknown',
    })
  }
}

/** @throws {AuthError} passkeyRefused, for a page that the site does not trust */
function readAllowedOrigin({ allowsOrigin }: RelyingParty, clientDataJSON: string): string {
  const { origin, crossOrigin = false, topOrigin } = readClientData(clientDataJSON)
  if (typeof origin !== 'string' || !allowsOrigin(origin))
    throw new AuthError('passkeyRefused', { reason: 'origin' })
  // A frame of another site could make somebody use a passkey unknowingly. The library lets some of these pass.
  if (crossOrigin !== false || topOrigin !== undefined)
    throw new AuthError('passkeyRefused', { reason: 'crossOrigin' })
  return origin
}

function readClientData(clientDataJSON: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(isoBase64URL.toUTF8String(clientDataJSON))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** Statements bring certificates that name addresses of revocation lists: nothing that strangers should make us read. */
function withoutStatement(attestationObject: string): string {
  const authData = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject)).get('authData')
  if (!(authData instanceof Uint8Array)) throw new AuthError('passkeyRefused', { reason: 'authData' })
  const bare: Parameters<typeof isoCBOR.encode>[0] = new Map()
  bare.set('fmt', 'none').set('attStmt', new Map()).set('authData', authData)
  return isoBase64URL.fromBuffer(isoCBOR.encode(bare))
}

/** A key that cannot be used would only be noticed at the first sign-in: it has to be able to refuse a signature. */
function assertUsableKey(credentialPublicKey: Uint8Array<ArrayBuffer>) {
  return verifySignature({
    credentialPublicKey,
    data: new Uint8Array(1),
    // DER of r = 1, s = 1.
    signature: new Uint8Array([0x30, 6, 2, 1, 1, 2, 1, 1]),
  })
}
