import type { Exchange } from '../exchange.ts'
import type { Finding } from '../finding.ts'

type Violation = Omit<Finding, 'exchange' | 'severity'>

/** Names of fields that hand over a credential. */
const tokenNames = /^(?:access_?token|refresh_?token|id_?token|session_?token|api_?key|token|secret)$/i

/** Shorter values are ids and settings. */
const tokenLength = 20

/** Checks how a response hands over credentials: caching, cookies and redirects. */
export function checkTokenDelivery(exchange: Exchange): Violation[] {
  return [...checkCaching(exchange), ...checkCookies(exchange)]
}

/** Source: RFC 6749, §5.1. */
function checkCaching({ operation, response }: Exchange): Violation[] {
  if (response.status >= 300 || !hasToken(response.body)) return []
  if (/\bno-store\b/i.test(response.headers.get('cache-control') ?? '')) return []
  return [
    {
      check: 'no_store',
      message: `The response ${response.status} of ${operation?.id} has a token but no Cache-Control: no-store.`,
      requirement: 'B03',
    },
  ]
}

function hasToken(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false
  return Object.entries(node).some(
    ([name, value]) =>
      (typeof value === 'string' && value.length >= tokenLength && tokenNames.test(name)) || hasToken(value),
  )
}

/** Source: ASVS 5.0, 3.3.1 to 3.3.4. */
function checkCookies({ operation, request, response }: Exchange): Violation[] {
  return response.headers.getSetCookie().flatMap((cookie) => {
    const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim())
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    // A deleted cookie has no value, and short values are settings such as a language.
    if (value.length < tokenLength) return []
    const names = attributes.map((attribute) => attribute.split('=')[0]?.toLowerCase())
    const needed = ['httponly', 'samesite', ...(request.url.startsWith('https:') ? ['secure'] : [])]
    return needed
      .filter((attribute) => !names.includes(attribute))
      .map((attribute) => ({
        check: 'cookie_attributes' as const,
        message: `The cookie ${name} of ${operation?.id} lacks the attribute ${spelling[attribute]}.`,
        requirement: 'B02',
      }))
  })
}

const spelling: Record<string, string> = { httponly: 'HttpOnly', samesite: 'SameSite', secure: 'Secure' }
