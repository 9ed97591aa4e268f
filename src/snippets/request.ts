import * as openapi from '../openapi/credentials.ts'
import type { Parameter } from '../openapi/document.ts'
import { isJson } from '../openapi/media-type.ts'
import { type Endpoint, endpointsOf } from '../openapi/operations.ts'
import { createRouter } from '../openapi/path-router.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import { type Call, isCredential, type SnippetDocument, successOf } from './call.ts'
import { type CallCredential, type Constant, toCallCredential } from './credentials.ts'
import { errorsOf } from './errors.ts'
import { resultOf } from './result.ts'
import { sentBody } from './sent-body.ts'

/** A request that was sent. */
export interface SentRequest {
  method: string
  /** The path and query below the base URL. */
  path: string
  headers: [name: string, value: string][]
  body?: string | undefined
  /** The fields of a multipart body, whose text need not be complete. */
  form?: FormData | undefined
}

/**
 * Builds the calls of a request that was sent: with its literal path, and with the parameters of its
 * operation if there is one.
 * @param operationId the operation that the request reaches
 * @param showSecrets whether code contains the credentials of the request instead of placeholders
 */
export function sentCall(
  document: SnippetDocument,
  request: SentRequest,
  operationId: string | undefined,
  showSecrets: boolean,
): { literal: Call; typed: Call | undefined } {
  const endpoint = endpointsOf(document).find(({ operation }) => operation.operationId === operationId)
  const credentials = credentialsIn(document, request, endpoint, showSecrets)
  const path = pathWithoutKeys(request, credentials)
  const parameters = (endpoint?.parameters ?? [])
    .map((parameter) => resolveRef(document, parameter))
    .filter((parameter) => !isCredential(parameter, credentials))
  const body = sentBody(request, headerOf(request, 'content-type') ?? '')
  const literal: Call = {
    operationId: operationId ?? '',
    summary: '',
    method: request.method,
    path,
    pathParameters: {},
    query: {},
    headers: headersIn(request, parameters),
    cookies: cookiesIn(request, parameters),
    credentials,
    ...(body && { body }),
    constants: credentials.map(({ constant }) => constant),
    ...responsesOf(document, endpoint),
  }
  const projectKey = credentials.find(({ purpose }) => purpose === 'project')?.constant
  if (projectKey) literal.projectKey = projectKey
  return { literal, typed: typedCall(literal, { ...request, path }, endpoint) }
}

function responsesOf(
  document: SnippetDocument,
  endpoint: Endpoint | undefined,
): Pick<Call, 'status' | 'result' | 'errors'> {
  if (!endpoint) return { status: 200, result: { kind: 'none' }, errors: { shape: 'text', lines: [] } }
  const { status, example } = successOf(document, endpoint, 'ok')
  return {
    status,
    result: resultOf(resolveRef(document, endpoint.operation.responses?.[status] ?? {}), example),
    errors: errorsOf(document, endpoint.operation),
  }
}

/** The typed client sends JSON, and each parameter of the query once. */
function typedCall(literal: Call, request: SentRequest, endpoint: Endpoint | undefined): Call | undefined {
  const { pathname, searchParams } = new URL(request.path, 'http://localhost')
  const names = [...searchParams.keys()]
  const hasEqualMethod = endpoint?.method.toUpperCase() === request.method
  const isSentAsJson = !literal.body || (isJson(literal.body.mediaType) && !literal.body.isRaw)
  if (!endpoint || !hasEqualMethod || !isSentAsJson || new Set(names).size < names.length) return undefined
  const match = createRouter([endpoint]).match(endpoint.method, pathname)
  if (!match) return undefined
  const query = Object.fromEntries(searchParams)
  return { ...literal, path: endpoint.path, pathParameters: match.params, query }
}

const headerOf = ({ headers }: SentRequest, wanted: string) =>
  headers.find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1]

/** Returns the headers of the operation without credentials, and those that mocks and sandboxes read. */
function headersIn(request: SentRequest, parameters: Parameter[]): Record<string, string> {
  const names = parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name)
  return Object.fromEntries(
    ['Prefer', 'X-Sandbox', ...names].flatMap((name) => {
      const value = headerOf(request, name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** Returns the cookies of the operation without credentials. */
function cookiesIn(request: SentRequest, parameters: Parameter[]): Record<string, string> {
  const header = headerOf(request, 'cookie') ?? ''
  const names = parameters.filter((parameter) => parameter.in === 'cookie').map(({ name }) => name)
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = openapi.cookieIn(header, name)
      return value === undefined ? [] : [[name, decode(value)]]
    }),
  )
}

/** Returns the credentials of a request, one per place. Those of the operation come first. */
function credentialsIn(
  document: SnippetDocument,
  request: SentRequest,
  endpoint: Endpoint | undefined,
  showSecrets: boolean,
): CallCredential[] {
  const byScheme = openapi.credentialsByScheme(document)
  const wanted = openapi.requirementsOf(document, endpoint?.operation ?? {}).flatMap(Object.keys)
  const found = new Map<string, CallCredential>()
  for (const scheme of new Set([...wanted, ...byScheme.keys()])) {
    const credential = byScheme.get(scheme)
    const secret =
      credential &&
      openapi.secretIn(credential, (name) => headerOf(request, name), targetOf(request).searchParams)
    const place = `${credential?.in} ${credential?.name}`
    if (credential === undefined || secret === undefined || found.has(place)) continue
    const written = toCallCredential(credential, true)
    found.set(place, showSecrets ? { ...written, constant: withSecret(written.constant, secret) } : written)
  }
  return [...found.values()]
}

function withSecret({ basic, ...constant }: Constant, value: string): Constant {
  const known = { ...constant, value, isPlaceholder: false }
  const pair = openapi.decodeBasic(value)
  // Generated code encodes Latin-1 with `btoa`.
  if (!basic || pair === undefined || !/^[\x20-\x7e]*$/.test(pair)) return known
  const end = pair.indexOf(':')
  const part = (whole: Constant, text: string) => ({ ...whole, value: text, isPlaceholder: false })
  return {
    ...known,
    basic: {
      username: part(basic.username, pair.slice(0, end)),
      password: part(basic.password, pair.slice(end + 1)),
    },
  }
}

const targetOf = ({ path }: SentRequest) => new URL(path, 'http://localhost')

/** Returns the path and query of a request without the keys in its query, which code sends as credentials. */
function pathWithoutKeys(request: SentRequest, credentials: CallCredential[]): string {
  const keys = credentials.flatMap(({ query }) => (query ? [query[0]] : []))
  if (keys.length === 0) return request.path
  const { pathname, searchParams } = targetOf(request)
  for (const key of keys) searchParams.delete(key)
  return searchParams.size > 0 ? `${pathname}?${searchParams}` : pathname
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
