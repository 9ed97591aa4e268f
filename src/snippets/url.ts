import type { Call } from './call.ts'
import type { Value } from './values.ts'

/** Returns the path of a call with its example parameters, percent-encoded, without the query. */
export function encodedPath({ path, pathParameters }: Call): string {
  return path.replace(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(String(pathParameters[name] ?? '')),
  )
}

/** Returns the path of a call with its example parameters and query, percent-encoded. */
export function encodedTarget(call: Call): string {
  const query = new URLSearchParams(
    Object.entries(call.query).map(([name, value]): [string, string] => [name, String(value)]),
  )
  return query.size > 0 ? `${encodedPath(call)}?${query}` : encodedPath(call)
}

/** Returns the headers of a call: the media type of the body, the credentials, and the header parameters. */
export function headersOf({ body, credentials, headers }: Call): Record<string, Value> {
  return {
    ...(body && { 'Content-Type': body.mediaType }),
    ...Object.fromEntries(credentials.map(({ header }) => header)),
    ...headers,
  }
}

/** Tells whether the success of a call, or a response, is a redirect, which browsers follow. */
export const isRedirect = ({ status }: Pick<Call, 'status'>): boolean => status >= 300 && status < 400
