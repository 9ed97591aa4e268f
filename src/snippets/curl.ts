import type { Document, Operation } from '../openapi/document.ts'
import { findEndpoint } from '../openapi/operations.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'

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
  if (!endpoint?.operation.requestBody) return undefined
  const { path, method, operation } = endpoint
  const { content = {} } = resolveRef(document, endpoint.operation.requestBody)
  const [[mediaType, { examples = {} }] = ['', {}]] = Object.entries(content)
  const [example] = Object.values(examples)
  if (!example) return undefined
  return {
    method: method.toUpperCase(),
    path,
    headers: { 'Content-Type': mediaType, ...credentials(document, operation) },
    body: JSON.stringify(resolveRef(document, example).value),
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

/** The headers that satisfy the first security requirement. */
function credentials(
  { components, security: global }: SnippetDocument,
  { security = global }: Operation,
): Record<string, string> {
  const [requirement = {}] = security ?? []
  const schemes = Object.keys(requirement).map((name) => components?.securitySchemes?.[name])
  return Object.fromEntries(
    schemes.flatMap((scheme) => {
      const { type, in: location, name = '', 'x-example': example = '' } = scheme ?? { type: '' }
      if (type === 'http') return [['Authorization', `Bearer ${example}`]]
      if (location === 'header') return [[name, example]]
      return location === 'cookie' ? [['Cookie', `${name}=${example}`]] : []
    }),
  )
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
