import type { Document } from '../openapi/document.ts'
import { credentialHeaders, firstExampleRequest } from '../openapi/example-request.ts'
import { findEndpoint } from '../openapi/operations.ts'

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
  const { method, path, body } = firstExampleRequest(document, endpoint)
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
  if (!request) return undefined
  return [
    `curl -X ${request.method} ${quote(baseUrl + request.path)}`,
    ...Object.entries(request.headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    `-d ${quote(request.body)}`,
  ].join(lineContinuation)
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
