import { defaultPathSerializer, type PathSerializer } from 'openapi-fetch'

/**
 * Creates a function that returns the contract's path in a URL, without `baseUrl` and query. It returns
 * undefined for any other host or prefix, which must not receive credentials.
 */
export function createPathReader(baseUrl: string) {
  let base: string | undefined
  return (url: string): string | undefined => {
    // Resolved on first use: a relative URL needs a document, which is missing during server-side rendering.
    base ??= new Request(`${baseUrl.replace(/\/$/, '')}/`).url.slice(0, -1)
    if (!url.startsWith(`${base}/`)) return undefined
    return url.slice(base.length).replace(/[?#].*$/, '')
  }
}

/** Creates a function that tells whether a path matches one of the contract's path templates. */
export function createPathMatcher(templates: readonly string[]) {
  const sources = templates.map((template) =>
    template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+'),
  )
  const pattern = new RegExp(`^(?:${sources.join('|')})$`)
  return (path: string) => pattern.test(path)
}

/** An empty value, a dot segment, or a slash, also if percent-encoded once or several times. */
const changesPath = /^(?:\.|%(?:25)*2e){0,2}$|[\\/]|%(?:25)*(?:2f|5c)/i

/**
 * Wraps a path serializer so that no parameter can lead to another operation. URL parsers remove dot
 * segments, and some proxies decode slashes.
 * @throws {TypeError} if a parameter is missing, empty or a dot segment, or contains a slash
 */
export function safePathSerializer(serialize: PathSerializer = defaultPathSerializer): PathSerializer {
  return (template, parameters) => {
    for (const [, name = ''] of template.matchAll(/\{([^{}]+)\}/g)) {
      const value = parameters[name]
      const isText = typeof value === 'string' || typeof value === 'number'
      if (!isText || changesPath.test(String(value)))
        throw new TypeError(
          `The path parameter "${name}" is ${JSON.stringify(value)}. It must be text without slashes, and not empty, "." or "..".`,
        )
    }
    return serialize(template, parameters)
  }
}
