import type { Api } from '../catalog/api.ts'
import { localOnly } from '../common/local-only.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import { type Credential, operationCredentials } from '../openapi/credentials.ts'
import type { Document } from '../openapi/document.ts'
import {
  type ExampleBody,
  exampleRequest,
  requestExampleNames,
  requestMedia,
} from '../openapi/example-request.ts'
import { multipartParts, withRequiredFiles } from '../openapi/files.ts'
import { isForm, isMultipart } from '../openapi/media-type.ts'
import type { Endpoint } from '../openapi/operations.ts'
import { requestFields, requestTarget } from '../openapi/request-fields.ts'
import { formFields } from '../openapi/serialize.ts'
import { findOperation, type McpContext, serverUrl } from './context.ts'

/** A list is a name that occurs several times. */
type Query = Record<string, string | string[]>

/** A call of an operation. Values that are left out come from the example. */
export interface OperationCall {
  operationId: string
  example?: string | undefined
  pathParameters?: Record<string, string> | undefined
  query?: Query | undefined
  headers?: Record<string, string> | undefined
  body?: unknown
  token?: string | undefined
}

/** A call of any path of the server, such as the inbox of a sandbox. */
export interface PathCall extends Pick<OperationCall, 'query' | 'headers' | 'body' | 'token'> {
  method: string
  path: string
  /** The declaration of the body in the contract. */
  declared?: Pick<ExampleBody, 'encoding' | 'files'> | undefined
}

/**
 * Builds the request of an operation from an example, with the public key of the sandbox.
 * @throws {UserError} if the operation, the example or a path parameter does not exist
 */
export function operationRequest(
  context: McpContext,
  api: Api,
  document: Document,
  { operationId, example, pathParameters = {}, query, headers, token, ...call }: OperationCall,
): Request {
  const endpoint = findOperation(document, operationId)
  const names = requestExampleNames(document, endpoint)
  if (example !== undefined && !names.includes(example))
    throwUnknown(`example of ${operationId}`, example, names)
  const sent = exampleRequest(document, endpoint, example)
  const templates = [...sent.path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name)
  for (const name of Object.keys(pathParameters))
    if (!templates.includes(name)) throwUnknown(`path parameter of ${operationId}`, name, templates)
  const fields = requestFields(
    query ? sent.parameters.filter(({ parameter }) => parameter.in !== 'query') : sent.parameters,
    exampleCredentials(api, document, endpoint, token),
  )
  const { mediaType, media } = requestMedia(document, endpoint.operation) ?? {}
  const declared = sent.body ?? { encoding: media?.encoding }
  const body = call.body === undefined ? exampleValue(sent.body) : call.body
  return toRequest(context, api, {
    method: sent.method,
    path: requestTarget(sent.path, {
      ...fields,
      pathParameters: { ...fields.pathParameters, ...pathParameters },
    }),
    query,
    headers: {
      ...fields.headers,
      ...(mediaType && body !== undefined && { 'Content-Type': mediaType }),
      ...headers,
    },
    body,
    declared,
    token,
  })
}

/** Returns the value of an example body. The content of its files does not matter. */
const exampleValue = (body: ExampleBody | undefined): unknown =>
  body?.file ? 'example' : withRequiredFiles(body?.value, body?.files)

/**
 * Returns the credentials that the caller need not pass. A mock accepts any, but a sandbox only those that it
 * has issued, except for the keys of the examples.
 */
function exampleCredentials(
  api: Api,
  document: Document,
  { operation }: Endpoint,
  token: string | undefined,
): Credential[] {
  return operationCredentials(document, operation).filter((credential) => {
    if (api.server && (credential.kind !== 'key' || credential.in === 'cookie')) return false
    return token === undefined || credential.name.toLowerCase() !== 'authorization'
  })
}

/**
 * Builds a request to the sandbox of an API, or to its mock.
 * @throws {UserError} if the path leaves the server or a mock does not have it, or if a header is invalid
 */
export function toRequest(
  context: McpContext,
  api: Api,
  { method, path, query = {}, headers = {}, body, declared, token }: PathCall,
): Request {
  const base = serverUrl(context, api)
  const url = URL.parse(base + path)
  const root = `${base}/`
  if (!url?.href.startsWith(root))
    throw new UserError(
      api.server
        ? `Pass a path within the sandbox, such as /__dev/inbox, not ${JSON.stringify(path)}.`
        : `Pass a path of the contract, not ${JSON.stringify(path)}.`,
    )
  if (!api.server && /^__dev(?:[/?#]|$)/.test(url.href.slice(root.length)))
    throw new UserError(
      `${api.name} has a mock but no sandbox, so it has no inbox and no other development controls. Call an operation of its contract.`,
    )
  for (const [name, value] of Object.entries(query)) {
    url.searchParams.delete(name)
    for (const text of [value].flat()) url.searchParams.append(name, text)
  }
  try {
    const fields = new Headers({
      Accept: 'application/json',
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    })
    for (const [name, value] of Object.entries(headers)) fields.set(name, value)
    // A model writes the request, so it must not reach a real server.
    fields.set(localOnly.name, localOnly.value)
    const content = encodeBody(fields.get('Content-Type') ?? '', body, declared)
    // The header of a multipart body has its boundary.
    if (content instanceof FormData) fields.delete('Content-Type')
    return new Request(url, {
      method,
      redirect: 'manual',
      headers: fields,
      ...(content !== undefined && { body: content }),
    })
  } catch (error) {
    throw new UserError(`The request is invalid: ${(error as Error).message}`, { cause: error })
  }
}

function encodeBody(
  mediaType: string,
  body: unknown,
  { encoding, files }: NonNullable<PathCall['declared']> = {},
): string | URLSearchParams | FormData | undefined {
  if (body === undefined || typeof body === 'string') return body
  if (body !== null && isForm(mediaType)) return new URLSearchParams(formFields(body, encoding))
  if (body === null || !isMultipart(mediaType)) return JSON.stringify(body)
  const form = new FormData()
  for (const { name, text, file, type = file?.type } of multipartParts(body, { encoding, files })) {
    const content = new Blob([text], type === undefined ? {} : { type })
    if (file) form.append(name, content, file.name)
    else form.append(name, type === undefined ? text : content)
  }
  return form
}
