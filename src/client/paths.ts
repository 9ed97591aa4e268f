/**
 * Finds the contract's path in a URL.
 * @returns a function that returns the path of `url` below `baseUrl`, or undefined for any other host or prefix, which
 *   must not receive credentials
 */
export function pathBelow(baseUrl: string) {
  let base: string | undefined
  return (url: string): string | undefined => {
    // Resolved on first use: a relative base needs a document, which server-side rendering lacks.
    base ??= new Request(`${baseUrl.replace(/\/$/, '')}/`).url.slice(0, -1)
    if (!url.startsWith(`${base}/`)) return undefined
    return url.slice(base.length).replace(/[?#].*$/, '')
  }
}

/** Makes a function that tells whether a path matches one of the contract's path templates. */
export function matcher(templates: readonly string[]) {
  const sources = templates.map((template) =>
    template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+'),
  )
  const pattern = new RegExp(`^(?:${sources.join('|')})$`)
  return (path: string) => pattern.test(path)
}
