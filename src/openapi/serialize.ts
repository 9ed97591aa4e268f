import type { Encoding, Parameter } from './document.ts'
import { separatorOf, styleOf } from './parameter-style.ts'

/** Names and texts in order. A name can occur several times. */
export type Fields = [name: string, text: string][]

type Styled = Pick<Parameter, 'name' | 'in' | 'style' | 'explode' | 'content'>

/**
 * Writes a parameter in its style (OpenAPI 3.1, §4.8.12.3), without percent-encoding. Only one in the query
 * can become several fields, or none.
 */
export function parameterFields(parameter: Styled, value: unknown): Fields {
  const { name, in: location, content } = parameter
  if (content) return [[name, typeof value === 'string' ? value : JSON.stringify(value)]]
  const { style, explode } = styleOf(parameter)
  if (location !== 'query') return [[name, prefixed(style, explode, name, value)]]
  if (style === 'deepObject') return deepFields(name, value)
  // Nothing can be written for an empty list: `ids=` is a list of one empty text (RFC 6570, §2.3).
  if (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0)
    return []
  if (Array.isArray(value)) {
    const texts = value.map(textOf)
    return explode ? texts.map((text) => [name, text]) : [[name, texts.join(separatorOf(style))]]
  }
  if (!isObject(value)) return [[name, String(value)]]
  const fields = Object.entries(value).map(([key, each]): [string, string] => [key, textOf(each)])
  return explode ? fields : [[name, fields.flat().join(separatorOf(style))]]
}

/**
 * Writes the fields of a form (OpenAPI 3.1, §4.8.15). By default, a list becomes several fields of the same
 * name, and an object JSON. Null has no text, so that it is left out.
 */
export function formFields(form: object, encoding: Record<string, Encoding> = {}): Fields {
  return Object.entries(form).flatMap(([name, value]): Fields => {
    const { contentType, ...styled } = (Object.hasOwn(encoding, name) && encoding[name]) || {}
    if (styled.style !== undefined || styled.explode !== undefined)
      return parameterFields({ name, in: 'query', ...styled }, value)
    if (contentType?.includes('json')) return [[name, JSON.stringify(value)]]
    return [value]
      .flat()
      .filter((each) => each !== null && each !== undefined)
      .map((each) => [name, textOf(each)])
  })
}

/** Percent-encodes `%` and the characters that a cookie cannot have (RFC 6265, section 4.1.1). */
export const encodeCookie = (text: string): string =>
  text.toWellFormed().replace(/[^!#$&-+\--:<-[\]-~]+/g, encodeURIComponent)

/** Writes a value of a path, header or cookie. The styles of RFC 6570 have a prefix. */
function prefixed(style: string, explode: boolean, name: string, value: unknown): string {
  const prefix = { label: '.', matrix: ';' }[style] ?? ''
  const separator = explode && prefix ? prefix : ','
  const isMatrix = style === 'matrix'
  if (Array.isArray(value)) {
    const texts = value.map((each) => (isMatrix && explode ? `${name}=${textOf(each)}` : textOf(each)))
    return prefix + (isMatrix && !explode ? `${name}=` : '') + texts.join(separator)
  }
  if (!isObject(value)) return prefix + (isMatrix ? `${name}=` : '') + String(value)
  const pairs = Object.entries(value).map(([key, each]) => `${key}${explode ? '=' : ','}${textOf(each)}`)
  return prefix + (isMatrix && !explode ? `${name}=` : '') + pairs.join(separator)
}

function deepFields(name: string, value: unknown): Fields {
  if (!isObject(value) && !Array.isArray(value)) return [[name, String(value)]]
  return Object.entries(value).flatMap(([key, inner]) => deepFields(`${name}[${key}]`, inner))
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
