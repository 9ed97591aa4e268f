import { sortBySimilarity } from '../common/similarity.ts'

/**
 * Describes an unknown path to a developer.
 * @param operations all operations, such as `GET /users/{userId}`
 * @returns the message, and all operations, closest first
 */
export function describeUnknownPath(
  operations: readonly string[],
  { method, path }: { method: string; path: string },
): { message: string; available: string[] } {
  const available = sortBySimilarity(operations, `${method} ${path}`)
  const closest = available.slice(0, 3).join(', ')
  return { message: `No operation matches ${path}. Closest matches: ${closest}.`, available }
}
