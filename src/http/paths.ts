import type { Route, Routes } from './handlers.ts'

/** A path of a contract with its operations. */
export interface PathItem {
  /** The path in Hono's syntax: `/users/:userId`. */
  routingPath: string
  operationIds: string[]
  /** The methods of the `Allow` header. */
  allow: string[]
}

/**
 * Returns the paths of a contract in matching order: concrete paths before templated ones, as OpenAPI
 * requires.
 */
export function pathsInOrder(routes: Routes): PathItem[] {
  // Not `Map.groupBy`, which Node 20 and Safari 17.3 lack, because this also runs in tests and pages.
  const groups = new Map<string, [operationId: string, route: Route][]>()
  for (const entry of Object.entries(routes)) {
    const { path } = entry[1]
    groups.set(path, [...(groups.get(path) ?? []), entry])
  }
  const items = [...groups].map(([path, group]) => {
    const methods = group.map(([, { method }]) => method.toUpperCase())
    const allowsHead = group.some(([, route]) => route.method === 'get' && isSafe(route))
    return {
      path,
      routingPath: group[0]?.[1].getRoutingPath() ?? path,
      operationIds: group.map(([operationId]) => operationId),
      allow: [...methods, ...(allowsHead ? ['HEAD'] : []), 'OPTIONS'],
    }
  })
  // A template with a longer literal prefix goes first.
  return items.sort((a, b) => literalLength(b.path) - literalLength(a.path))
}

/** Returns whether a GET has no effects (RFC 9110, section 9.2.1). The contract marks the others. */
export function isSafe(route: Route): boolean {
  return route['x-safe'] !== false
}

function literalLength(path: string): number {
  const start = path.indexOf('{')
  return start < 0 ? Number.POSITIVE_INFINITY : start
}

/**
 * Returns the path of a URL without decoding it. By default, Hono would route `/%73ignin` to `/signin`,
 * which would bypass path rules of a proxy. An outer app that mounts this one uses its own `getPath`.
 */
export function rawPath({ url }: Request): string {
  return pathOfUrl.exec(url)?.[1] ?? '/'
}

/**
 * Returns a `getPath` for an app whose paths are below a base path. Requests outside of it reach no
 * operation.
 * @param basePath without a slash at the end
 */
export function pathBelow(basePath: string): (request: Request) => string {
  return (request) => {
    const path = rawPath(request)
    return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : outsidePath
  }
}

/** No path of a contract begins with two slashes. */
const outsidePath = '//'

const pathOfUrl = /^[^:]+:\/\/[^/?#]*([^?#]*)/
