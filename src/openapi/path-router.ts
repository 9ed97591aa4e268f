import type { Method } from './document.ts'
import type { Endpoint } from './operations.ts'

/** An operation, and the parameters in the path of a request, decoded. */
export interface Match<T> {
  endpoint: T
  params: Record<string, string>
}

export interface PathRouter<T> {
  match: (method: Method, path: string) => Match<T> | undefined
  /** Returns the methods that have an operation at a path. */
  methodsOf: (path: string) => Method[]
}

/**
 * Creates a router of the paths of OpenAPI. Hono's router is not used, because a segment of a path can have
 * text around a parameter, such as `/files/{name}.{extension}` and `/jobs/{id}:cancel`. Of several matching
 * paths, the one whose text comes first wins: concrete paths before templated ones (OpenAPI 3.1, §4.8.8.1).
 */
export function createRouter<T extends Pick<Endpoint, 'method' | 'path'>>(endpoints: T[]): PathRouter<T> {
  const routes = endpoints
    .map((endpoint) => ({ endpoint, ...compile(endpoint.path) }))
    .sort((a, b) => comparePaths(a.endpoint.path, b.endpoint.path))
  const matching = (path: string) => routes.filter(({ pattern }) => pattern.test(path))
  return {
    match(method, path) {
      const route = matching(path).find(({ endpoint }) => endpoint.method === method)
      if (!route) return undefined
      const [, ...values] = route.pattern.exec(path) ?? []
      const params = route.names.map((name, index) => [name, decode(values[index] ?? '')])
      return { endpoint: route.endpoint, params: Object.fromEntries(params) }
    },
    methodsOf: (path) => [...new Set(matching(path).map(({ endpoint }) => endpoint.method))],
  }
}

/** Compares paths for sorting in matching order. */
export function comparePaths(a: string, b: string): number {
  const [first, second] = [rankOf(a), rankOf(b)]
  return first < second ? -1 : first > second ? 1 : 0
}

/** The rank sorts segments: text, text with one parameter or more, a parameter alone. */
const rankOf = (path: string): string =>
  path
    .split('/')
    .map((segment) => (!segment.includes('{') ? 0 : isPartial(segment) ? segment.split('{').length : 9))
    .join('')

/** Tells whether a segment of a path has more than one parameter, or text next to it. */
export const isPartial = (segment: string): boolean => segment.includes('{') && !/^\{[^}]+\}$/.test(segment)

function compile(path: string): { pattern: RegExp; names: string[] } {
  const pieces = path.split(/\{([^}]+)\}/)
  const source = pieces.map((piece, index) => (index % 2 === 0 ? escapeRegExp(piece) : '([^/]+?)'))
  return { pattern: new RegExp(`^${source.join('')}$`), names: pieces.filter((_, index) => index % 2 === 1) }
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
