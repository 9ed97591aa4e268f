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
