import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { base64url } from 'jose'
import { memoize } from './memoize.ts'
import type { Core } from './ports.ts'

/** A secret for links, states and challenges: base64url, 256 bits unless told otherwise. */
export function newSecret({ random }: Pick<Core, 'random'>, bytes = 32): string {
  return base64url.encode(random(bytes))
}

/** A secret in lower-case hex, for credentials whose documented form that is. */
export function newHexSecret({ random }: Pick<Core, 'random'>, bytes = 32): string {
  return bytesToHex(random(bytes))
}

/** The hash that is stored instead of a secret. A fast one is enough for random secrets of 128 bits and more. */
export function hashOf(secret: string): string {
  return bytesToHex(sha256(utf8ToBytes(secret)))
}

/**
 * Like `hashOf`, for credentials that are sent with one request after another: it remembers the latest hashes. Whether a
 * credential is valid is looked up every time.
 */
export function hashOfCredential(credential: string): string {
  // No valid credential is longer, so memory stays bounded.
  return credential.length > 256 ? hashOf(credential) : rememberedHash(credential)
}

const rememberedHash = memoize(hashOf, 10_000)

/** Compares in a time that tells nothing about where two strings differ. */
export function areSame(one: string, other: string): boolean {
  const [a, b] = [sha256(utf8ToBytes(one)), sha256(utf8ToBytes(other))]
  return a.reduce((difference, byte, index) => difference | (byte ^ (b[index] ?? 0)), 0) === 0
}

/** UUID, version 4 (RFC 9562). An id, not a secret. */
export function newUuid({ random }: Pick<Core, 'random'>): string {
  const bytes = random(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytesToHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
