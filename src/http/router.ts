import type { Routes } from './handlers.ts'

/** A path of a contract that a request has led to. */
export interface Match<R extends Routes> {
  /** By method. */
  operations: Map<string, keyof R & string>
  /** All methods that the path answers to. */
  allow: string[]
  params: Record<string, string>
}

/**
 * Finds the path of a request among those of a contract: concrete ones before templated ones, as OpenAPI wants them matched.
 * A path is compared as it stands, so that no other spelling of it leads anywhere.
 */
export function createRouter<R extends Routes>(routes: R): (path: string) => Match<R> | undefined {
  const groups = Map.groupBy(Object.entries(routes), ([, route]) => route.path)
  const concrete = new Map<string, Match<R>>()
  const templated: { pattern: RegExp; match: Match<R> }[] = []
  for (const [path, group] of groups) {
    const operations = new Map(
      group.map(([id, { method }]) => [method.toUpperCase(), id as keyof R & string]),
    )
    const methods = [...operations.keys()]
    const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
    const match = { operations, allow, params: {} }
    if (path.includes('{')) templated.push({ pattern: patternOf(path), match })
    else concrete.set(path, match)
  }
  // Of two templates, the one that is concrete for longer.
  templated.sort((a, b) => (literalStart(a.pattern) < literalStart(b.pattern) ? 1 : -1))

  return (path) => {
    const exact = concrete.get(path)
    if (exact) return exact
    for (const { pattern, match } of templated) {
      const found = pattern.exec(path)
      if (found) return { ...match, params: decoded(found.groups ?? {}) }
    }
    return undefined
  }
}

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, (_, name) => `(?<${name}>[^/]+)`)}$`,
  )

const literalStart = ({ source }: RegExp): number => source.indexOf('(?<')

const decoded = (groups: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodedOr(value)]))

/** What is no percent-encoding stands for itself. */
function decodedOr(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
