import type { Document } from '../openapi/document.ts'
import { credentialHeaders, exampleRequest } from '../openapi/example-request.ts'
import { type Endpoint, findEndpoint } from '../openapi/operations.ts'

/** The parts of a document that the example request is built from. */
export type SnippetDocument = Pick<Document, 'paths' | 'components' | 'security'>

/** Line continuation inside one shell command. */
const lineContinuation = ' \\\n  '

/** A sign-in request. Its path is relative to the base URL. */
export interface SignIn {
  method: string
  path: string
  headers: Record<string, string>
  body: string
}

/**
 * Builds the request of the operation `signIn` from its first example and the example credentials that it
 * needs.
 * @returns undefined if the contract has no sign-in, or no example of one
 */
export function signInRequest(document: SnippetDocument): SignIn | undefined {
  const endpoint = findEndpoint(document, 'signIn')
  if (!endpoint) return undefined
  const { method, path, body } = exampleRequest(document, endpoint)
  if (!body) return undefined
  return {
    method,
    path,
    headers: { 'Content-Type': body.mediaType, ...credentialHeaders(document, endpoint.operation) },
    body: JSON.stringify(body.value),
  }
}

/**
 * Writes the sign-in request as a `curl` command for POSIX shells.
 * @returns undefined if the contract has no sign-in, or no example of one
 */
export function signInCommand(document: SnippetDocument, baseUrl: string): string | undefined {
  const request = signInRequest(document)
  return request && command({ ...request, path: baseUrl + request.path })
}

/**
 * Writes an example request of an operation as a `curl` command for POSIX shells.
 * @param example the name of the example; the first one by default
 */
export function operationCommand(
  document: SnippetDocument,
  endpoint: Endpoint,
  baseUrl: string,
  example?: string,
): string {
  const { method, path, pathParameters, query, headers, body } = exampleRequest(document, endpoint, example)
  const pathname = path.replace(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(pathParameters[name] ?? ''),
  )
  const search = new URLSearchParams(query)
  return command({
    method,
    path: `${baseUrl}${pathname}${search.size > 0 ? `?${search}` : ''}`,
    headers: {
      ...(body && { 'Content-Type': body.mediaType }),
      ...credentialHeaders(document, endpoint.operation),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body.value) }),
  })
}

function command({ method, path, headers, body }: Omit<SignIn, 'body'> & { body?: string }): string {
  return [
    `curl -X ${method} ${quote(path)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${quote(body)}`]),
  ].join(lineContinuation)
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
