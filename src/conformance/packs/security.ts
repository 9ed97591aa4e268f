import type { Document, SecurityRequirement, SecurityScheme } from '../../openapi/document.ts'
import { resolveRef } from '../../openapi/resolve-ref.ts'
import type { RequestParts } from './example-request.ts'
import { withCookie, withoutHeader } from './request-changes.ts'

/** Returns the security schemes of a document by name. */
export function schemesOf(document: Document): Map<string, SecurityScheme> {
  return new Map(
    Object.entries(document.components?.securitySchemes ?? {}).map(([name, scheme]) => [
      name,
      resolveRef<SecurityScheme>(document, scheme),
    ]),
  )
}

/** Returns whether an operation can be called without credentials. */
export const isOpen = ({ security }: { security: SecurityRequirement[] }): boolean =>
  security.length === 0 || security.some((alternative) => Object.keys(alternative).length === 0)

/** Where a credential is sent. */
export interface Place {
  /** As a reader calls it: `Authorization`, `X-API-Key` or `cookie access_token`. */
  label: string
  read: (parts: RequestParts) => string | undefined
  /** Undefined removes the credential, also from the headers of every request. */
  write: (parts: RequestParts, value: string | undefined) => RequestParts
}

/** Returns the schemes of a security alternative, and where their credentials are sent. */
export function placesOf(
  document: Document,
  alternative: SecurityRequirement,
): { name: string; scheme: SecurityScheme; place: Place }[] {
  const schemes = schemesOf(document)
  return Object.keys(alternative).flatMap((name) => {
    const scheme = schemes.get(name)
    const place = scheme && placeOf(scheme)
    return place ? [{ name, scheme, place }] : []
  })
}

function placeOf({ type, in: location, name = '' }: SecurityScheme): Place | undefined {
  // A client certificate belongs to the connection.
  if (type === 'mutualTLS') return undefined
  if (type !== 'apiKey') return headerPlace('Authorization')
  if (location === 'header') return headerPlace(name)
  if (location === 'cookie')
    return {
      label: `cookie ${name}`,
      read: ({ headers }) => cookieIn(String(headers.cookie ?? ''), name),
      write(parts, value) {
        const changed = withCookie(parts, name, value)
        return { ...changed, headers: { cookie: [], ...changed.headers } }
      },
    }
  return {
    label: `query parameter ${name}`,
    read: ({ query }) => [query[name] ?? []].flat()[0],
    write: (parts, value) => {
      const { [name]: _, ...others } = parts.query
      return { ...parts, query: value === undefined ? others : { ...others, [name]: value } }
    },
  }
}

function headerPlace(name: string): Place {
  return {
    label: name,
    read({ headers }) {
      const entry = Object.entries(headers).find(([other]) => other.toLowerCase() === name.toLowerCase())
      return entry && [entry[1]].flat()[0]
    },
    write(parts, value) {
      const headers = withoutHeader(parts.headers, name)
      // An empty list keeps a header that `--header` gives to every request out of this one.
      return { ...parts, headers: { ...headers, [name.toLowerCase()]: value ?? [] } }
    },
  }
}

/** Finds a cookie in the value of a `Cookie` header. */
export const cookieIn = (header: string, name: string): string | undefined =>
  header
    .split(/;\s*/)
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1)

/** Writes the value of the header `Authorization`. OAuth and OpenID Connect use bearer tokens (RFC 6750). */
export function authorization({ type, scheme = '' }: SecurityScheme, credential: string): string {
  const name = type === 'http' && scheme.toLowerCase() !== 'bearer' ? capitalize(scheme) : 'Bearer'
  return `${name} ${credential}`
}

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase()
