import { type Credential, cookieIn, credentialsOf } from '../../openapi/credentials.ts'
import type { Document, SecurityRequirement } from '../../openapi/document.ts'
import type { RequestParts } from './example-request.ts'
import { withCookie, withoutHeader } from './request-changes.ts'

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

/** Returns the credentials of a security alternative, and where they are sent. */
export function placesOf(
  document: Document,
  alternative: SecurityRequirement,
): { credential: Credential; place: Place }[] {
  return credentialsOf(document, alternative).flatMap((credential) => {
    const place = placeOf(credential)
    return place ? [{ credential, place }] : []
  })
}

/** Returns undefined for a client certificate, which belongs to the connection. */
function placeOf({ in: location, name }: Credential): Place | undefined {
  switch (location) {
    case 'header':
      return headerPlace(name)
    case 'cookie':
      return {
        label: `cookie ${name}`,
        read: ({ headers }) => cookieIn(String(headers.cookie ?? ''), name),
        write(parts, value) {
          const changed = withCookie(parts, name, value)
          return { ...changed, headers: { cookie: [], ...changed.headers } }
        },
      }
    case 'query':
      return queryPlace(name)
    case 'connection':
      return undefined
  }
}

function queryPlace(name: string): Place {
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
