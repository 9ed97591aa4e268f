import type { SecurityScheme } from '../openapi/document.ts'
import type { MockRequest } from './mock-request.ts'
import type { Operation } from './operation.ts'
import { type Violation, violation } from './violations.ts'

/** Lists the missing credentials of all alternatives, or nothing if one alternative is complete. */
export function missingCredentials({ security }: Operation, request: MockRequest): Violation[] {
  const isMissing = (scheme: SecurityScheme) => !hasCredential(scheme, request)
  if (security.length === 0 || security.some((schemes) => !schemes.some(isMissing))) return []
  const missing = security.flat().filter(isMissing)
  const locations = new Map(missing.map(credentialLocation).map((location) => [location.join(' '), location]))
  const choice = security.length > 1 ? ' (one of several options)' : ''
  return [...locations.values()].map(([part, name]) =>
    violation(['request', part, name.toLowerCase()], 401, `Missing credentials: ${part} ${name}${choice}`),
  )
}

function hasCredential(
  { type, scheme = '', in: location, name = '' }: SecurityScheme,
  { headers, query, cookies }: MockRequest,
): boolean {
  switch (type) {
    case 'apiKey':
      if (location === 'query') return Boolean(query.get(name))
      return Boolean(location === 'cookie' ? cookies[name] : headers[name.toLowerCase()])
    case 'http':
      return hasScheme(scheme, headers.authorization)
    case 'oauth2':
    case 'openIdConnect':
      return hasScheme('bearer', headers.authorization)
    default:
      // A mock cannot see client certificates (mutualTLS), nor check a scheme that is not declared.
      return true
  }
}

/** The scheme is case-insensitive (RFC 9110, section 11.1). */
function hasScheme(scheme: string, authorization = ''): boolean {
  const [given = '', credentials = ''] = authorization.split(/\s+(.*)/)
  if (given.toLowerCase() !== scheme.toLowerCase() || credentials === '') return false
  return given.toLowerCase() !== 'basic' || atobOrEmpty(credentials).includes(':')
}

function atobOrEmpty(text: string): string {
  try {
    return atob(text)
  } catch {
    return ''
  }
}

function credentialLocation({
  type,
  in: location = '',
  name = '',
}: SecurityScheme): [part: string, name: string] {
  return type === 'apiKey' ? [location, name] : ['header', 'Authorization']
}
