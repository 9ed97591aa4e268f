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

/** A reference as its file has it. */
export interface Origin {
  text: string
  /** Finds the file and line, which only messages need. */
  place: () => string
}

/**
 * Checks that a reference, and all that it refers to in turn, have a target.
 * @param origin the reference as the message shows it
 * @throws {UserError} if they do not
 */
export function assertTarget(document: object, reference: string, { text, place }: Origin): void {
  const followed = new Set<string>()
  for (let next = reference; ; ) {
    if (followed.has(next)) throw new UserError(`${place()} refers to ${text}, which refers only to itself.`)
    followed.add(next)
    const target = valueAt(document, pointerOf(next))
    if (target === undefined) throw new UserError(`${place()} refers to ${text}, which does not exist.`)
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
