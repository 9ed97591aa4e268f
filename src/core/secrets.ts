import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { base64url } from 'jose'
import { memoize } from './memoize.ts'
import type { Core } from './ports.ts'

/**
 * Creates a secret in base64url for links, states and challenges.
 * @param bytes the number of random bytes; 256 bits by default
 */
export function newSecret({ random }: Pick<Core, 'random'>, bytes = 32): string {
  return base64url.encode(random(bytes))
}

/**
 * Creates a secret in lower-case hex, for credentials with this documented format.
 * @param bytes the number of random bytes; 256 bits by default
 */
export function newHexSecret({ random }: Pick<Core, 'random'>, bytes = 32): string {
  return bytesToHex(random(bytes))
}

/**
 * Returns the SHA-256 to store instead of a secret. Random secrets of at least 128 bits need no slow hash.
 */
export function hashOf(secret: string): string {
  return bytesToHex(sha256(utf8ToBytes(secret)))
}

/**
 * Like `hashOf`, with a cache for credentials that clients send with every request. Only hashes are cached:
 * whether a credential is valid is looked up each time.
 */
export function hashOfCredential(credential: string): string {
  // No valid credential is longer. Caching only short ones bounds the memory.
  return credential.length > 256 ? hashOf(credential) : cachedHash(credential)
}

const cachedHash = memoize(hashOf, 10_000)

/** Compares two strings in constant time. */
export function areSame(one: string, other: string): boolean {
  const [a, b] = [sha256(utf8ToBytes(one)), sha256(utf8ToBytes(other))]
  return a.reduce((difference, byte, index) => difference | (byte ^ (b[index] ?? 0)), 0) === 0
}

/** Creates a UUID, version 4 (RFC 9562). For ids, not for secrets. */
export function newUuid({ random }: Pick<Core, 'random'>): string {
  const bytes = random(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytesToHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
