import type { Ref } from './document.ts'
import { valueAt } from './pointer.ts'

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
  return isRef(node) ? resolveRef(document, resolveOnce(document, node) as T | Ref) : node
}

function resolveOnce(document: object, { $ref }: Ref): object {
  const target = valueAt(document, decodeURIComponent($ref.slice(1)))
  if (typeof target !== 'object' || target === null)
    throw new Error(`The reference ${$ref} cannot be resolved.`)
  return target
}

/**
 * Follows a reference like `resolveRef`, and returns the JSON Pointer of the target, too.
 * @param pointer the JSON Pointer of the node
 * @throws {Error} if the reference cannot be resolved
 */
export function followRef<T extends object>(
  document: object,
  node: T | Ref,
  pointer: string,
): { node: T; pointer: string } {
  if (!isRef(node)) return { node, pointer }
  const target = resolveOnce(document, node) as T | Ref
  return followRef(document, target, decodeURIComponent(node.$ref.slice(1)))
}
