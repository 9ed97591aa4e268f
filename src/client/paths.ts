/**
 * Tells which part of a URL is the contract's path.
 * @returns a function that gives the path of `url` below `baseUrl`, or undefined for any other host or prefix:
 *   credentials go nowhere else
 */
export const pathBelow = (baseUrl: string) => {
  let base: string | undefined
  return (url: string): string | undefined => {
    // Resolved on first use: a relative base needs a document, which a server that renders pages has not.
    base ??= new Request(`${baseUrl.replace(/\/$/, '')}/`).url.slice(0, -1)
    if (!url.startsWith(`${base}/`)) return undefined
    return url.slice(base.length).replace(/[?#].*$/, '')
  }
}

/** Tells whether a path is one of the contract's path templates. */
export const matcher = (templates: readonly string[]) => {
  const sources = templates.map((template) =>
    template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+'),
  )
  const pattern = new RegExp(`^(?:${sources.join('|')})$`)
  return (path: string) => pattern.test(path)
}
