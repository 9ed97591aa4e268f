import { comparePaths, createRouter, isPartial } from '../openapi/path-router.ts'
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
      routingPath: routingPathOf(path),
      operationIds: group.map(([operationId]) => operationId),
      allow: [...methods, ...(allowsHead ? ['HEAD'] : []), 'OPTIONS'],
    }
  })
  return items.sort((a, b) => comparePaths(a.path, b.path))
}

/**
 * Converts a path to Hono's syntax, in which a segment is text or one parameter. Other segments, such as
 * `{name}.xml`, become a parameter with a pattern.
 */
export const routingPathOf = (path: string): string =>
  path
    .split('/')
    .map((segment, index) =>
      isPartial(segment) ? `:segment${index}{${patternOf(segment)}}` : segment.replace(/^\{(.+)\}$/, ':$1'),
    )
    .join('/')

/** Signs are encoded, because `@1`, `#1` and `.*$` have other meanings in the patterns of Hono. */
const patternOf = (segment: string): string =>
  segment
    .split(/\{[^}]+\}/)
    .map((text) => text.replace(/\W/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`))
    .join('[^/]+')

/**
 * Creates a function that reads the parameters of a path that has segments such as `{name}.xml`; undefined
 * for other paths, whose parameters Hono reads.
 */
export function createPathReader(path: string): ((path: string) => Record<string, string>) | undefined {
  const segments = path.split('/')
  if (!segments.some(isPartial)) return undefined
  const router = createRouter([{ method: 'get', path }])
  // An outer app may mount this one below another path.
  return (requested) => {
    const own = requested.split('/').slice(1 - segments.length)
    return router.match('get', ['', ...own].join('/'))?.params ?? {}
  }
}

/** Returns whether a GET has no effects (RFC 9110, section 9.2.1). The contract marks the others. */
export function isSafe(route: Route): boolean {
  return route['x-safe'] !== false
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
