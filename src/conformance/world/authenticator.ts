import { isoCBOR } from '@simplewebauthn/server/helpers'
import { base64url } from 'jose'

/** Differences from the response of a real browser and authenticator, to simulate attacks and faults. */
export interface Overrides {
  type?: string
  challenge?: string
  origin?: string
  rpId?: string
  crossOrigin?: boolean
  topOrigin?: string
  /** The flags of the authenticator data: 0x01 is user presence, 0x04 user verification. */
  flags?: number
  /** The signature counter to report; incremented by one by default. */
  counter?: number
  credentialId?: string
  userHandle?: string | null
  alg?: number
  /** Signs with a key other than the registered one. */
  forged?: boolean
}

interface SoftwarePasskey {
  credentialId: string
  userHandle: string
  counter: number
  keys: CryptoKeyPair
}

/**
 * Creates a software authenticator with its browser: ES256, no attestation, one passkey at a time.
 * @param options.origin the origin of the page
 * @param options.counts whether the signature counter is incremented; otherwise it stays 0
 */
export function createAuthenticator({ origin = 'http://localhost:3000', counts = true } = {}) {
  let passkey: SoftwarePasskey | undefined

  function current(): SoftwarePasskey {
    if (!passkey) throw new Error('There is no passkey yet. Call create() first.')
    return passkey
  }

  return {
    get credentialId() {
      return current().credentialId
    },

    /** `navigator.credentials.create()` */
    async create(
      options: { challenge: string; rp: { id: string }; user: { id: string } },
      overrides: Overrides = {},
    ) {
      const keys = await newKeys()
      const credentialId =
        overrides.credentialId ?? base64url.encode(crypto.getRandomValues(new Uint8Array(16)))
      passkey = { credentialId, userHandle: options.user.id, counter: 0, keys }
      const id = base64url.decode(credentialId)
      const authData = concat(
        await head(overrides.rpId ?? options.rp.id, overrides.flags ?? 0x45, overrides.counter ?? 0),
        new Uint8Array(16), // AAGUID
        new Uint8Array([id.length >> 8, id.length & 255]),
        id,
        await coseKey(keys.publicKey, overrides.alg ?? -7),
      )
      passkey.counter = overrides.counter ?? 0
      return {
        clientDataJSON: clientData('webauthn.create', options.challenge, origin, overrides),
        attestationObject: attestationObject(authData),
      }
    },

    /** `navigator.credentials.get()` */
    async get({ challenge, rpId }: { challenge: string; rpId: string }, overrides: Overrides = {}) {
      const used = current()
      used.counter = overrides.counter ?? used.counter + (counts ? 1 : 0)
      const authenticatorData = await head(overrides.rpId ?? rpId, overrides.flags ?? 0x05, used.counter)
      const clientDataJSON = clientData('webauthn.get', challenge, origin, overrides)
      const { privateKey } = overrides.forged ? await newKeys() : used.keys
      const signed = concat(
        authenticatorData,
        await sha256(Uint8Array.from(base64url.decode(clientDataJSON))),
      )
      const signature = new Uint8Array(
        await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, signed),
      )
      return {
        credentialId: overrides.credentialId ?? used.credentialId,
        clientDataJSON,
        authenticatorData: base64url.encode(authenticatorData),
        signature: base64url.encode(toDer(signature)),
        userHandle: overrides.userHandle === undefined ? used.userHandle : overrides.userHandle,
      }
    },
  }
}

export const attestationObject = (authData: Uint8Array, fmt = 'none') =>
  base64url.encode(
    isoCBOR.encode(
      new Map<string, string | Uint8Array | Map<string, string>>([
        ['fmt', fmt],
        ['attStmt', new Map()],
        ['authData', authData],
      ]),
    ),
  )

const newKeys = () =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])

function clientData(
  type: string,
  challenge: string,
  origin: string,
  { crossOrigin = false, topOrigin, ...overrides }: Overrides,
) {
  const claims = { type: overrides.type ?? type, challenge: overrides.challenge ?? challenge }
  const context = { origin: overrides.origin ?? origin, crossOrigin, ...(topOrigin && { topOrigin }) }
  return base64url.encode(JSON.stringify({ ...claims, ...context }))
}

/** The first 37 bytes of authenticator data (WebAuthn L3, section 6.1). */
async function head(rpId: string, flags: number, counter: number) {
  const rest = new DataView(new ArrayBuffer(5))
  rest.setUint8(0, flags)
  rest.setUint32(1, counter)
  return concat(await sha256(Uint8Array.from(new TextEncoder().encode(rpId))), new Uint8Array(rest.buffer))
}

async function coseKey(publicKey: CryptoKey, alg: number) {
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey)
  return isoCBOR.encode(
    new Map<number, number | Uint8Array>([
      [1, 2],
      [3, alg],
      [-1, 1],
      [-2, base64url.decode(x)],
      [-3, base64url.decode(y)],
    ]),
  )
}

/** Converts an ECDSA signature from the form of Web Crypto (r and s concatenated) to ASN.1 DER. */
function toDer(signature: Uint8Array) {
  const integer = (bytes: Uint8Array) => {
    const start = bytes.findIndex((byte) => byte !== 0)
    const digits = bytes.slice(start < 0 ? bytes.length - 1 : start)
    const padded = (digits[0] ?? 0) > 127 ? concat(new Uint8Array(1), digits) : digits
    return concat(new Uint8Array([2, padded.length]), padded)
  }
  const both = concat(integer(signature.slice(0, 32)), integer(signature.slice(32)))
  return concat(new Uint8Array([0x30, both.length]), both)
}

const sha256 = async (bytes: Uint8Array<ArrayBuffer>) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))

function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
