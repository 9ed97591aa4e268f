import { base64url } from 'jose'
import type { Hasher } from '../core/ports.ts'

/**
 * Creates a hasher on Web Crypto: PBKDF2 with one iteration, because nothing in the memory of a test or a
 * page needs protection.
 */
export function createWebHasher(): Hasher {
  const prefix = '$pbkdf2-sha256$i=1$'

  async function derive(password: string, salt: Uint8Array<ArrayBuffer>): Promise<string> {
    const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(password), 'PBKDF2', false, [
      'deriveBits',
    ])
    const bits = await crypto.subtle.deriveBits(
      { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 1 },
      key,
      256,
    )
    return `${prefix}${base64url.encode(salt)}$${base64url.encode(new Uint8Array(bits))}`
  }

  return {
    dummyHash: `${prefix}AAAAAAAAAAAAAAAAAAAAAA$`,
    hash: (password) => derive(password, crypto.getRandomValues(new Uint8Array(16))),
    async verify(phc, password) {
      const [salt = ''] = phc.slice(prefix.length).split('$')
      return (await derive(password, new Uint8Array(base64url.decode(salt)))) === phc
    },
    isOutdated: () => false,
  }
}
