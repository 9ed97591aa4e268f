import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { base64url } from 'jose'
import type { Core } from './ports.ts'

/** A secret for links, states and challenges: base64url, 256 bits unless told otherwise. */
export const newSecret = ({ random }: Pick<Core, 'random'>, bytes = 32): string =>
  base64url.encode(random(bytes))

/** A secret in lower-case hex, for credentials whose documented form that is. */
export const newHexSecret = ({ random }: Pick<Core, 'random'>, bytes = 32): string =>
  bytesToHex(random(bytes))

/** What is stored instead of a secret. Fast on purpose: random secrets of 128 bits and more need no slow hash. */
export const hashOf = (secret: string): string => bytesToHex(sha256(utf8ToBytes(secret)))

/**
 * The same for credentials that come with one request after another: the latest are not hashed anew each time. Whether they
 * are good is read every time.
 */
export const hashOfCredential = (credential: string): string => {
  const known = hashes.get(credential)
  if (known !== undefined) return known
  const hash = hashOf(credential)
  const [oldest] = hashes.keys()
  if (hashes.size >= maxHashes && oldest !== undefined) hashes.delete(oldest)
  // Nobody's credential is that long, so memory is bounded, too.
  if (credential.length <= 256) hashes.set(credential, hash)
  return hash
}

const maxHashes = 10_000
const hashes = new Map<string, string>()

/** Compares in a time that tells nothing about where two strings differ. */
export const areSame = (one: string, other: string): boolean => {
  const [a, b] = [sha256(utf8ToBytes(one)), sha256(utf8ToBytes(other))]
  return a.reduce((difference, byte, index) => difference | (byte ^ (b[index] ?? 0)), 0) === 0
}

/** UUID, version 4 (RFC 9562). An id, not a secret. */
export const newUuid = ({ random }: Pick<Core, 'random'>): string => {
  const bytes = random(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytesToHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
