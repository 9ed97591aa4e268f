/** Builds a JSON Pointer (RFC 6901) from its keys. */
export function toPointer(...keys: string[]): string {
  return keys.map((key) => `/${escapePointer(key)}`).join('')
}

/** Escapes a key for use in a JSON Pointer. */
export const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')
