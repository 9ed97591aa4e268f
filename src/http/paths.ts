import type { Routes } from './handlers.ts'

/** A path of a contract with its operations. */
export interface PathItem {
  /** As Hono writes it: `/users/:userId`. */
  routingPath: string
  operationIds: string[]
  /** All methods that the path answers to. */
  allow: string[]
}

/** The paths of a contract, concrete ones before templated ones, as OpenAPI wants them matched. */
export function pathsInOrder(routes: Routes): PathItem[] {
  const groups = Map.groupBy(Object.entries(routes), ([, route]) => route.path)
  const items = [...groups].map(([path, group]) => {
    const methods = group.map(([, { method }]) => method.toUpperCase())
    return {
      path,
      routingPath: group[0]?.[1].getRoutingPath() ?? path,
      operationIds: group.map(([operationId]) => operationId),
      allow: [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'],
    }
  })
  // Of two templates, the one that is concrete for longer comes first.
  return items.sort((a, b) => literalLength(b.path) - literalLength(a.path))
}

function literalLength(path: string): number {
  const start = path.indexOf('{')
  return start < 0 ? Number.POSITIVE_INFINITY : start
}

/**
 * The path of a URL as it was sent. Hono decodes paths, so that `/%73ignin` would lead to `/signin`, past the rate limits and
 * rules of a proxy; here no other spelling of a path leads anywhere. An app that mounts this one decides for itself.
 */
export function rawPath({ url }: Request): string {
  return pathOfUrl.exec(url)?.[1] ?? '/'
}

const pathOfUrl = /^[^:]+:\/\/[^/?#]*([^?#]*)/
