import type { Document } from '../openapi/document.ts'
import { isJson } from '../openapi/media-type.ts'
import { schemaAt } from './body.ts'
import type { MockRequest } from './mock-request.ts'
import type { DeclaredParameter } from './operation.ts'
import { readField, readSimple } from './styles.ts'

/**
 * Reads a declared parameter.
 * @returns text, or lists and objects of text; undefined if the request does not have it
 */
export function readParameter(
  document: Document,
  parameter: DeclaredParameter,
  request: MockRequest,
): unknown {
  const { name, in: location, mediaType } = parameter
  const schema = parameter.schema === undefined ? {} : schemaAt(document, parameter.schema)
  if (mediaType !== undefined) {
    const text = textOf(parameter, request)
    return text !== undefined && isJson(mediaType) ? parseJson(text) : text
  }
  if (location === 'query') {
    const style = parameter.style ?? 'form'
    return readField(document, schema, name, request.query, {
      style,
      explode: parameter.explode ?? style === 'form',
    })
  }
  const text = textOf(parameter, request)
  const style = { style: parameter.style ?? 'simple', explode: parameter.explode ?? false }
  return text === undefined ? undefined : readSimple(document, schema, name, text, style)
}

/** Returns the text of a parameter in a request. */
export function textOf({ name, in: location }: DeclaredParameter, request: MockRequest): string | undefined {
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
