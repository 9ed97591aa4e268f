import type { VariantName } from '../../generated/index.ts'
import { localOnly } from '../common/local-only.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import type { Document } from '../openapi/document.ts'
import { credentialHeaders, exampleRequest, requestExampleNames } from '../openapi/example-request.ts'
import { findOperation, type McpContext, sandboxUrl } from './context.ts'

/** A call of an operation. Values that are left out come from the example. */
export interface OperationCall {
  operationId: string
  example?: string | undefined
  pathParameters?: Record<string, string> | undefined
  query?: Record<string, string> | undefined
  headers?: Record<string, string> | undefined
  body?: unknown
  token?: string | undefined
}

/** A call of any path of the sandbox, such as its inbox. */
export interface PathCall extends Pick<OperationCall, 'query' | 'headers' | 'body' | 'token'> {
  method: string
  path: string
}

/**
 * Builds the request of an operation from an example, with the public key of the sandbox.
 * @throws {UserError} if the operation, the example or a path parameter does not exist
 */
export function operationRequest(
  context: McpContext,
  variant: VariantName,
  document: Document,
  { operationId, example, pathParameters = {}, query, headers, token, ...call }: OperationCall,
): Request {
  const endpoint = findOperation(document, operationId)
  const names = requestExampleNames(document, endpoint)
  if (example !== undefined && !names.includes(example))
    throwUnknown(`example of ${operationId}`, example, names)
  const sent = exampleRequest(document, endpoint, example)
  const allPathParameters = { ...sent.pathParameters, ...pathParameters }
  const templates = [...sent.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  for (const name of Object.keys(pathParameters))
    if (!templates.includes(name)) throwUnknown(`path parameter of ${operationId}`, name, templates)
  const path = sent.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(allPathParameters[name] ?? ''),
  )
  const keys = credentialHeaders(document, endpoint.operation)
  delete keys.Authorization
  delete keys.Cookie
  const body = call.body === undefined ? sent.body?.value : call.body
  return toRequest(context, variant, {
    method: sent.method,
    path,
    query: query ?? sent.query,
    headers: {
      ...keys,
      ...sent.headers,
      ...(sent.body && body !== undefined && { 'Content-Type': sent.body.mediaType }),
      ...headers,
    },
    body,
    token,
  })
}

/**
 * Builds a request to a sandbox.
 * @throws {UserError} if the path leaves the sandbox, or if a header is invalid
 */
export function toRequest(
  context: McpContext,
  variant: VariantName,
  { method, path, query = {}, headers = {}, body, token }: PathCall,
): Request {
  const base = sandboxUrl(context, variant)
  const url = URL.canParse(base + path) ? new URL(base + path) : undefined
  if (!url || url.origin !== context.origin || !url.pathname.startsWith(`/sandbox/${variant}/`))
    throw new UserError(`Pass a path within the sandbox, such as /__dev/inbox, not ${JSON.stringify(path)}.`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const isForm = Object.entries(headers).some(([, value]) => value === 'application/x-www-form-urlencoded')
  try {
    const request = new Request(url, {
      method,
      redirect: 'manual',
      headers: {
        Accept: 'application/json',
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...lowerCaseContentType(headers),
      },
      ...(body !== undefined && {
        body: isForm && isObject(body) ? new URLSearchParams(body) : toText(body),
      }),
    })
    // A model writes the request, so it must not reach a real server.
    request.headers.set(localOnly.name, localOnly.value)
    return request
  } catch (error) {
    throw new UserError(`The request is invalid: ${(error as Error).message}`, { cause: error })
  }
}

const isObject = (body: unknown): body is Record<string, string> => typeof body === 'object' && body !== null
const toText = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body))

/** Spells the header so that it replaces the default one. */
function lowerCaseContentType(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase() === 'content-type' ? 'Content-Type' : name,
      value,
    ]),
  )
}
