import type { Ref } from './document.ts'

/** Tells whether a node is a reference. */
export function isRef(node: object): node is Ref {
  return '$ref' in node && typeof node.$ref === 'string'
}

/** Returns the name of the component that a reference points to. */
export function refName({ $ref }: Ref): string {
  return $ref.slice($ref.lastIndexOf('/') + 1)
}

/**
 * Follows a reference within a document: its fragment is a JSON Pointer (RFC 6901).
 * @returns the node itself if it is not a reference
 * @throws {Error} if the reference cannot be resolved
 */
export function resolveRef<T extends object>(document: object, node: T | Ref): T {
  if (!isRef(node)) return node
  const target = node.$ref
    .split('/')
    .slice(1)
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((parent, key) => (parent as Record<string, unknown> | undefined)?.[key], document)
  if (typeof target !== 'object' || target === null)
    throw new Error(`The reference ${node.$ref} cannot be resolved.`)
  return resolveRef(document, target as T | Ref)
}
