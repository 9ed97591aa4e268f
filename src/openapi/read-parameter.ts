import { parseBoundedJson } from './bounded-json.ts'
import type { Parameter, Schema } from './document.ts'
import { isJson } from './media-type.ts'
import { styleOf } from './parameter-style.ts'
import { readField, readSimple } from './read-styles.ts'

/** The texts of a request that parameters are read from, decoded. */
export interface RequestTexts {
  pathParameters: Record<string, string>
  query: URLSearchParams
  /** Names are in lower case. */
  headers: Record<string, string>
  cookies: Record<string, string>
}

/** How a parameter is written. */
export interface ParameterFormat {
  name: string
  in: Parameter['in']
  style: string | undefined
  explode: boolean | undefined
  /** The media type of a parameter that is described by `content`. */
  mediaType: string | undefined
}

/** Security, content type and content negotiation are described elsewhere (OpenAPI 3.1, §4.8.12.1). */
export const isReserved = ({ in: location, name }: Pick<Parameter, 'in' | 'name'>): boolean =>
  location === 'header' && ['accept', 'authorization', 'content-type'].includes(name.toLowerCase())

/**
 * Reads a declared parameter.
 * @returns text, or lists and objects of text, for a validator that converts types; undefined if the request
 *   does not have it
 */
export function readParameter(
  document: object,
  parameter: ParameterFormat,
  schema: Schema,
  request: RequestTexts,
): unknown {
  const { name, in: location, mediaType } = parameter
  if (mediaType !== undefined) {
    const text = textOf(parameter, request)
    return text !== undefined && isJson(mediaType) ? parseText(text) : text
  }
  const style = styleOf(parameter)
  if (location === 'query') return readField(document, schema, name, request.query, style)
  const text = textOf(parameter, request)
  const value = text === undefined ? undefined : readSimple(document, schema, name, text, style)
  // White space may surround the commas of a header (RFC 9110, section 5.6.1).
  return location === 'header' && Array.isArray(value) ? value.map((item) => item.trim()) : value
}

/** Returns the text of a parameter in a request. */
export function textOf(
  { name, in: location }: Pick<Parameter, 'in' | 'name'>,
  request: RequestTexts,
): string | undefined {
  switch (location) {
    case 'path':
      return request.pathParameters[name]
    case 'query':
      return request.query.has(name) ? request.query.getAll(name).join() : undefined
    case 'header':
      // Tools send optional headers without a value, which says as much as no header.
      return request.headers[name.toLowerCase()] || undefined
    default:
      return request.cookies[name]
  }
}

function parseText(text: string): unknown {
  try {
    return parseBoundedJson(text)
  } catch {
    return text
  }
}
