/** Builds a JSON Pointer (RFC 6901) from its keys. */
export function toPointer(...keys: string[]): string {
  return keys.map((key) => `/${escapePointer(key)}`).join('')
}

/** Returns the keys of a JSON Pointer. */
export const keysOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => (key.includes('~') ? key.replaceAll('~1', '/').replaceAll('~0', '~') : key))

/**
 * Finds the value at a JSON Pointer.
 * @returns undefined if nothing is there. Inherited properties, such as `constructor`, do not count.
 */
export const valueAt = (document: unknown, pointer: string): unknown =>
  keysOf(pointer).reduce<unknown>(
    (parent, key) =>
      typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key)
        ? (parent as Record<string, unknown>)[key]
        : undefined,
    document,
  )

/** Escapes a key for use in a JSON Pointer. */
export const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')
