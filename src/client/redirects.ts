import type { Fetch } from './auth.ts'
import { createPathMatcher, createPathReader } from './paths.ts'

const redirectStatuses = [301, 302, 303, 307, 308]

/**
 * Wraps `fetch` so that it never follows a redirect. The target would receive the `X-API-Key` header, and on
 * 307 and 308 also the body with a password or a refresh token.
 * @param declared paths whose redirects belong to the contract, and are returned like any other response
 * @throws {Error} on any other redirect
 */
export function withoutRedirects(fetch: Fetch, baseUrl: string, declared: readonly string[]): Fetch {
  const pathOf = createPathReader(baseUrl)
  const isDeclared = createPathMatcher(declared)

  return async (request, init) => {
    // Middleware can replace the request, and `init` wins over it.
    const sent = request.redirect === 'manual' ? request : new Request(request, { redirect: 'manual' })
    const response = await fetch(sent, init && { ...init, redirect: 'manual' })
    // A browser hides the status and the target of a redirect that it does not follow.
    const isHidden = response.type === 'opaqueredirect'
    if (!isHidden && !redirectStatuses.includes(response.status)) return response

    const path = pathOf(request.url)
    const isDocumented = path !== undefined && isDeclared(path)
    if (isDocumented && !isHidden) return response
    await response.body?.cancel()
    throw new Error(describeRedirect(request, response.headers.get('Location'), isDocumented))
  }
}

function describeRedirect({ method, url }: Request, target: string | null, isDocumented: boolean): string {
  const to = target === null ? '' : ` to ${withoutQuery(target)}`
  const advice = isDocumented ? 'Navigate the page to this URL instead.' : 'Check baseUrl.'
  return `${method} ${withoutQuery(url)} was redirected${to}. The client does not follow redirects, because the target would receive its credentials. ${advice}`
}

/** Removes the query and the fragment, which can contain secrets. */
const withoutQuery = (url: string) => url.replace(/[?#].*$/s, '')
