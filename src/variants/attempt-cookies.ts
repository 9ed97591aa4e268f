import { parse, serialize } from 'hono/utils/cookie'
import { hashOf } from '../core/secrets.ts'

type CookieOptions = NonNullable<Parameters<typeof serialize>[2]>

/** Enough for the tabs of a browser, and less than 1 KiB of the `Cookie` header. */
const maxAttempts = 10

export type AttemptCookies = ReturnType<typeof createAttemptCookies>

/**
 * Cookies that bind attempts to the browser that started them. Each attempt has a separate cookie, so that
 * attempts in parallel tabs do not end each other. The name of the cookie contains a hash of what identifies
 * the attempt: its OAuth state or its WebAuthn challenge.
 */
export function createAttemptCookies(prefix: string, options: CookieOptions) {
  const toName = (attempt: string) => `${prefix}${hashOf(attempt).slice(0, 12)}`
  const expire = (name: string) => serialize(name, '', { ...options, maxAge: 0 })

  const readAll = (request: Request) =>
    Object.entries(parse(request.headers.get('cookie') ?? '')).filter(([name]) => name.startsWith(prefix))

  return {
    /**
     * Binds an attempt. Ends the oldest ones if there are too many, which browsers list first (RFC 6265,
     * section 5.4).
     * @returns the values of `Set-Cookie`
     */
    bind(request: Request, attempt: string, browserNonce: string): string[] {
      const oldest = readAll(request).slice(0, 1 - maxAttempts)
      return [serialize(toName(attempt), browserNonce, options), ...oldest.map(([name]) => expire(name))]
    },
    /** @returns the nonce of an attempt; empty if the browser has other attempts only, null if it has none */
    nonceOf(request: Request, attempt: string): string | null {
      const pending = readAll(request)
      const name = toName(attempt)
      return pending.find(([other]) => other === name)?.[1] ?? (pending.length > 0 ? '' : null)
    },
    /** @returns the value of `Set-Cookie` that deletes the cookie of an attempt */
    unbind: (attempt: string): string => expire(toName(attempt)),
  }
}
