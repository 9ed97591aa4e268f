import { isSimilar, sortBySimilarity } from './similarity.ts'
import { UserError } from './user-error.ts'

/**
 * Tells which names exist in place of an unknown one.
 * @param kind the kind of thing, such as `operation`
 * @param meant the name with the same meaning, if it is known; by default the most similar one
 */
export function unknownName(kind: string, name: string, names: readonly string[], meant?: string): string {
  const unknown = `Unknown ${kind} ${JSON.stringify(name)}.`
  if (names.length === 0) return `${unknown} None exist.`
  const sorted = sortBySimilarity(names, name)
  const [closest = ''] = sorted
  const wanted = meant ?? (isSimilar(closest, name) ? closest : undefined)
  if (wanted === undefined) return `${unknown} Available: ${names.join(', ')}.`
  return `${unknown} Did you mean "${wanted}"? Available: ${sorted.join(', ')}.`
}

/** Throws the error for an unknown name, with the names that exist. */
export function throwUnknown(kind: string, name: string, names: readonly string[]): never {
  throw new UserError(unknownName(kind, name, names), { code: 'notFound' })
}
