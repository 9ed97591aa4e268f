import type { Parameter } from '../../openapi/document.ts'
import { encodeCookie } from '../../openapi/serialize.ts'
import type { RequestParts } from './example-request.ts'
import { serializeParameter } from './serialize-parameter.ts'

/** Sets a parameter; undefined removes it. A list sets a header or query parameter several times. */
export function withParameter(
  parts: RequestParts,
  { name, in: location }: Pick<Parameter, 'name' | 'in'>,
  value: string | string[] | undefined,
): RequestParts {
  switch (location) {
    case 'path':
      return { ...parts, path: { ...parts.path, [name]: String(value) } }
    case 'query':
      return { ...parts, query: withKey(withoutFields(parts.query, name), name, value) }
    case 'header':
      return { ...parts, headers: withKey(withoutHeader(parts.headers, name), name, value) }
    case 'cookie':
      return withCookie(parts, name, value === undefined ? undefined : encodeCookie(String(value)))
  }
}

/** Sets a parameter to a value that is not text yet. */
export function withParameterValue(parts: RequestParts, parameter: Parameter, value: unknown): RequestParts {
  const texts = Object.entries(serializeParameter(parameter, value))
  return texts.reduce(
    (changed, [name, text]) => withParameter(changed, { name, in: parameter.in }, text),
    parts,
  )
}

/** Returns whether a client can send the value of a parameter unchanged. An empty list has no text at all. */
export function isSendableValue(parameter: Parameter, value: unknown): boolean {
  const texts = Object.values(serializeParameter(parameter, value)).flat()
  return (texts.length > 0 || !parameter.required) && texts.every((text) => isSendable(parameter, text))
}

/** Removes the fields of an object in the style `deepObject`. */
const withoutFields = (query: RequestParts['query'], name: string): RequestParts['query'] =>
  Object.fromEntries(Object.entries(query).filter(([key]) => !key.startsWith(`${name}[`)))

function withKey(
  values: Record<string, string | string[]>,
  name: string,
  value: string | string[] | undefined,
): Record<string, string | string[]> {
  const { [name]: _, ...others } = values
  return value === undefined ? others : { ...others, [name]: value }
}

/** Removes a header, whatever its case. */
export function withoutHeader(headers: RequestParts['headers'], name: string): RequestParts['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([other]) => other.toLowerCase() !== name.toLowerCase()),
  )
}

/** Sets one cookie and keeps the others; undefined removes it. */
export function withCookie(parts: RequestParts, name: string, value: string | undefined): RequestParts {
  const others = String(parts.headers.cookie ?? '')
    .split('; ')
    .filter((pair) => pair !== '' && !pair.startsWith(`${name}=`))
  const cookies = value === undefined ? others : [...others, `${name}=${value}`]
  const headers = withoutHeader(parts.headers, 'cookie')
  return { ...parts, headers: cookies.length > 0 ? { ...headers, cookie: cookies.join('; ') } : headers }
}

/** Returns whether a client can send the text at this place unchanged. */
export function isSendable({ in: location }: Parameter, text: string): boolean {
  if (location === 'query' || location === 'cookie') return text.isWellFormed()
  // A client removes dot segments, and an empty segment is another path.
  if (location === 'path') return text.isWellFormed() && !/^\.{0,2}$/.test(text)
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text)
}
