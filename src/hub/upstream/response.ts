/**
 * Lets the page that sent a request read the response, in place of the CORS headers of the upstream, which
 * need not know this page. The guard has checked its origin.
 */
export function allowReading({ headers }: Response, request: Request): void {
  for (const name of [...headers.keys()]) if (name.startsWith('access-control-')) headers.delete(name)
  if (!/\borigin\b|\*/i.test(headers.get('vary') ?? '')) headers.append('vary', 'Origin')
  const origin = request.headers.get('origin')
  if (origin === null) return
  const exposed = [...new Set(headers.keys())].filter((name) => name !== 'set-cookie')
  headers.set('access-control-allow-origin', origin)
  headers.set('access-control-allow-credentials', 'true')
  headers.set('access-control-expose-headers', exposed.join(','))
}

/**
 * Gives pages of an upstream an opaque origin (CSP, section 6.4), because their scripts would otherwise have
 * the rights of the pages of the hub.
 */
export function isolateHtml({ headers }: Response): void {
  headers.set('x-content-type-options', 'nosniff')
  if (
    !/^(?:text\/html|application\/xhtml|image\/svg|text\/xml|application\/xml)/i.test(
      headers.get('content-type') ?? '',
    )
  )
    return
  headers.append(
    'content-security-policy',
    'sandbox allow-forms allow-popups allow-scripts allow-top-navigation',
  )
}
