import { UserError } from '../common/user-error.ts'

/**
 * Finds the target of a reference into a document.
 * @throws {UserError} if it has none
 */
export function findTarget(document: unknown, reference: string): unknown {
  const target = reference
    .split('/')
    .slice(1)
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((parent, key) => (parent as Record<string, unknown> | undefined)?.[key], document)
  if (target === undefined) throw new UserError(`The contract refers to ${reference}, which does not exist.`)
  return target
}
