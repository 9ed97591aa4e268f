import { type Credential, credentialFields, exampleSecret } from './credentials.ts'
import type { Parameter } from './document.ts'
import type { ParameterValue } from './example-request.ts'
import { encodeCookie, type Fields, parameterFields } from './serialize.ts'

/** The parameters and credentials of a request as text. Only cookies are percent-encoded. */
export interface RequestFields {
  pathParameters: Record<string, string>
  query: Fields
  /** All cookies share one header (RFC 6265, section 5.4). */
  headers: Record<string, string>
}

/**
 * Writes the parameters of a request in their styles, and its credentials, which replace parameters of their
 * names.
 * @param read returns the value of a credential, its example by default
 */
export function requestFields(
  parameters: ParameterValue[],
  credentials: Credential[] = [],
  read = exampleSecret,
): RequestFields {
  const sent = parameters.filter(({ parameter }) => !credentials.some((each) => isSame(each, parameter)))
  const fieldsIn = (location: Parameter['in']) =>
    sent.flatMap(({ parameter, value }) =>
      parameter.in === location ? parameterFields(parameter, value) : [],
    )
  const { headers, query } = credentialFields(credentials, read)
  const declared = fieldsIn('header')
  const cookies = [
    ...(headers.Cookie ? [headers.Cookie] : []),
    ...declared.filter(([name]) => isCookie(name)).map(([, text]) => text),
    ...fieldsIn('cookie').map(([name, text]) => `${name}=${encodeCookie(text)}`),
  ]
  return {
    pathParameters: Object.fromEntries(fieldsIn('path')),
    query: [...fieldsIn('query'), ...Object.entries(query)],
    headers: {
      ...headers,
      ...Object.fromEntries(declared.filter(([name]) => !isCookie(name))),
      ...(cookies.length > 0 && { Cookie: cookies.join('; ') }),
    },
  }
}

/** A header parameter can hold cookies, too. */
const isCookie = (name: string): boolean => name.toLowerCase() === 'cookie'

/** Names of headers are case-insensitive (RFC 9110, section 5.1). */
function isSame(credential: Credential, { in: location, name }: Parameter): boolean {
  const [a, b] = [credential.name, name]
  return credential.in === location && (location === 'header' ? a.toLowerCase() === b.toLowerCase() : a === b)
}

/** Replaces the templates of a path, such as `{userId}`. */
export const fillPath = (path: string, pathParameters: Record<string, string>): string =>
  path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(pathParameters[name] ?? ''))

/** Returns the path of a request with its query. */
export function requestTarget(path: string, { pathParameters, query }: RequestFields): string {
  const pathname = fillPath(path, pathParameters)
  return query.length > 0 ? `${pathname}?${new URLSearchParams(query)}` : pathname
}
