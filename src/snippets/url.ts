import type { Parameter } from '../openapi/document.ts'
import { encodeCookie, parameterFields } from '../openapi/serialize.ts'
import { bodyKind } from './body.ts'
import type { Call } from './call.ts'
import { serializeValue } from './serialize.ts'
import { partsOfText, type Text, textOf, type Value } from './values.ts'

type Parts = Text['$text']

/** Returns the path of a call with its example parameters, percent-encoded, without the query. */
export function encodedPath(call: Call): Text {
  const { path, pathParameters } = call
  const parts = path.split(/\{([^}]+)\}/).flatMap((part, index): Parts => {
    if (index % 2 === 0) return [part]
    const [[, value] = ['', '']] = fieldsIn(call, 'path', part, pathParameters[part] ?? '')
    return encode(value, encodeURIComponent)
  })
  return textOf(parts)
}

/** Returns the path of a call with its example parameters and query, percent-encoded. */
export function encodedTarget(call: Call): Text {
  const query = encodedFields(queryOf(call)).$text
  // The path of a request that was sent contains its query.
  const separator = query.length === 0 ? '' : call.path.includes('?') ? '&' : '?'
  return textOf([...encodedPath(call).$text, separator, ...query])
}

/** Encodes fields as in a query or a form. */
export function encodedFields(fields: [name: string, value: Value][]): Text {
  return textOf(
    fields.flatMap(([name, value], index): Parts => {
      return [`${index === 0 ? '' : '&'}${encodeField(name)}=`, ...encode(value, encodeField)]
    }),
  )
}

/** Returns the parameters of the query, with credentials. */
export function queryOf(call: Call): [name: string, value: Value][] {
  const keys = call.credentials.flatMap(({ query }): [string, Value][] => (query ? [query] : []))
  return [...queryFields(call), ...keys]
}

/** Returns the parameters of the query. */
export const queryFields = (call: Call): [name: string, value: Value][] =>
  Object.entries(call.query).flatMap(([name, value]) => fieldsIn(call, 'query', name, value))

/**
 * Writes a value as its declaration says. A number in the query stays one, which is the same text in every
 * language.
 */
function fieldsIn(
  { declared = [] }: Call,
  location: Parameter['in'],
  name: string,
  value: Value,
): [name: string, value: Value][] {
  if (location === 'query' && typeof value === 'number') return [[name, value]]
  const parameter = declared.find((each) => each.in === location && each.name === name)
  return serializeValue(
    value,
    (plain, read) =>
      parameterFields(parameter ?? { name, in: location }, plain).map(([key, text]) => [key, read(text)]),
    name,
  )
}

/** Encodes the constant parts of a text. The ids and tokens in variables need no encoding. */
const encode = (value: Value, encodePart: (text: string) => string): Parts =>
  partsOfText(value).map((part) => (typeof part === 'string' ? encodePart(part) : part))

const encodeField = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)

/** Puts a base URL before a target. Returns a string if the target has no variables. */
export function withBase(baseUrl: string, { $text }: Text): Value {
  const all = textOf([baseUrl, ...$text])
  const [only] = all.$text
  return all.$text.length === 1 && typeof only === 'string' ? only : all
}

/**
 * Returns the headers of a call: the media type of the body, the credentials, and the header parameters.
 * Libraries set the media type of a form, which contains a boundary.
 */
export function headersOf(call: Call): Record<string, Value> {
  const { body, credentials, headers } = call
  const isForm = body && ['form', 'multipart'].includes(bodyKind(body))
  const cookie = cookieHeader(call)
  return {
    ...(body && !isForm && { 'Content-Type': body.mediaType }),
    ...Object.fromEntries(credentials.flatMap(({ header }) => (header ? [header] : []))),
    ...(cookie && { Cookie: cookie }),
    ...Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => fieldsIn(call, 'header', name, value)),
    ),
  }
}

/** Returns the header `Cookie`, which is one for all cookies (RFC 6265, section 5.4). */
export function cookieHeader(call: Call): Text | undefined {
  const cookies: [name: string, parts: Parts][] = [
    ...call.credentials.flatMap(({ cookie }): [string, Parts][] =>
      cookie ? [[cookie[0], cookie[1].$text]] : [],
    ),
    ...Object.entries(call.cookies)
      .flatMap(([name, value]) => fieldsIn(call, 'cookie', name, value))
      .map(([name, value]): [string, Parts] => [name, encode(value, encodeCookie)]),
  ]
  if (cookies.length === 0) return undefined
  return textOf(cookies.flatMap(([name, parts], index) => [`${index === 0 ? '' : '; '}${name}=`, ...parts]))
}

/** Tells whether the success of a call, or a response, is a redirect, which browsers follow. */
export const isRedirect = ({ status }: Pick<Call, 'status'>): boolean => status >= 300 && status < 400
