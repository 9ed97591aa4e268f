import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import {
  decodeAttestationObject,
  isoBase64URL,
  isoCBOR,
  verifySignature,
} from '@simplewebauthn/server/helpers'
import { AuthError } from './errors.ts'
import {
  type Assertion,
  type Attestation,
  algorithms,
  type RelyingParty,
  readClientData,
} from './passkey-messages.ts'
import type { Passkey } from './tables.ts'

/** WebAuthn L3, section 7.1, step 26. */
const maxCredentialIdBytes = 1023

/**
 * Verifies a registration (WebAuthn L3, section 7.1). Ignores the attestation statement, because we request
 * none.
 * @returns the new credential, with a public key in base64url
 * @throws {AuthError} passkeyRefused
 */
export function verifyAttestation(relyingParty: RelyingParty, challenge: string, attestation: Attestation) {
  return withAuthErrors(async () => {
    const origin = readAllowedOrigin(relyingParty, attestation.clientDataJSON)
    const { registrationInfo } = await verifyRegistrationResponse({
      response: {
        // Only the signed id in the authenticator data counts.
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
 * Verifies an authentication (WebAuthn L3, section 7.2), except for the signature counter.
 * @returns the signature counter
 * @throws {AuthError} passkeyRefused
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
        // Disables the check of the library, which would report a bad signature as a cloned passkey.
        counter: -1,
      },
    })
    if (!verified) throw new AuthError('passkeyRefused')
    return authenticationInfo.newCounter
  })
}

/** Turns all errors of the library into `passkeyRefused`. */
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

/**
 * Reads the origin from the client data.
 * @throws {AuthError} passkeyRefused if the origin is not allowed or the page is embedded in another site
 */
function readAllowedOrigin({ allowsOrigin }: RelyingParty, clientDataJSON: string): string {
  const { origin, crossOrigin = false, topOrigin } = readClientData(clientDataJSON)
  if (typeof origin !== 'string' || !allowsOrigin(origin))
    throw new AuthError('passkeyRefused', { reason: 'origin' })
  // Clickjacking: an embedding site could trick users into using a passkey. The library accepts some of
  // these.
  if (crossOrigin !== false || topOrigin !== undefined)
    throw new AuthError('passkeyRefused', { reason: 'crossOrigin' })
  return origin
}

/** Removes the statement, whose certificates could make the library fetch revocation lists from any URL. */
function withoutStatement(attestationObject: string): string {
  const authData = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject)).get('authData')
  if (!(authData instanceof Uint8Array)) throw new AuthError('passkeyRefused', { reason: 'authData' })
  const bare: Parameters<typeof isoCBOR.encode>[0] = new Map()
  bare.set('fmt', 'none').set('attStmt', new Map()).set('authData', authData)
  return isoBase64URL.fromBuffer(isoCBOR.encode(bare))
}

/** Rejects unusable keys, which would otherwise only fail at sign-in, by verifying a dummy signature. */
function assertUsableKey(credentialPublicKey: Uint8Array<ArrayBuffer>) {
  return verifySignature({
    credentialPublicKey,
    data: new Uint8Array(1),
    // DER encoding of r = 1, s = 1.
    signature: new Uint8Array([0x30, 6, 2, 1, 1, 2, 1, 1]),
  })
}
