import { UserError } from '../common/user-error.ts'
import { valueAt } from '../openapi/pointer.ts'
import { isRef } from '../openapi/resolve-ref.ts'

/**
 * Finds the target of a reference into a document.
 * @throws {UserError} if it has none
 */
export function findTarget(document: object, reference: string): unknown {
  const target = valueAt(document, pointerOf(reference))
  if (target === undefined) throw new UserError(`The contract refers to ${reference}, which does not exist.`)
  return target
}

/**
 * Checks that a reference, and all that it refers to in turn, have a target.
 * @throws {UserError} if they do not
 */
export function assertTarget(document: object, reference: string): void {
  const followed = new Set<string>()
  for (let next = reference; ; ) {
    if (followed.has(next))
      throw new UserError(`The contract refers to ${reference}, which refers only to itself.`)
    followed.add(next)
    const target = findTarget(document, next)
    if (typeof target !== 'object' || target === null || !isRef(target)) return
    next = target.$ref
  }
}

/**
 * Returns the JSON Pointer in a reference such as `#/components/schemas/User`.
 * @throws {UserError} if its encoding is invalid
 */
export function pointerOf(reference: string): string {
  try {
    return decodeURIComponent(reference.slice(1))
  } catch (error) {
    const message = `The contract refers to ${reference}, whose percent-encoding is invalid.`
    throw new UserError(message, { cause: error })
  }
}
