import type { Parameter } from '../../openapi/document.ts'

/** The texts of a parameter by their names: an object in the query can become several parameters. */
export type ParameterTexts = Record<string, string | string[]>

/**
 * Writes a parameter in its style (OpenAPI 3.1, §4.8.12.3). The styles `matrix` and `label` are written as
 * `simple`.
 */
export function serializeParameter(parameter: Parameter, value: unknown): ParameterTexts {
  const { name, in: location, content } = parameter
  if (content) return { [name]: typeof value === 'string' ? value : JSON.stringify(value) }
  if (typeof value !== 'object' || value === null) return { [name]: String(value) }
  const isQuery = location === 'query' || location === 'cookie'
  const style = parameter.style ?? (isQuery ? 'form' : 'simple')
  const explode = parameter.explode ?? style === 'form'
  const separator = { spaceDelimited: ' ', pipeDelimited: '|' }[style] ?? ','
  if (Array.isArray(value)) {
    const texts = value.map(textOf)
    return { [name]: explode && location === 'query' ? texts : texts.join(separator) }
  }
  const entries = Object.entries(value).map(([key, each]): [string, string] => [key, textOf(each)])
  if (style === 'deepObject')
    return Object.fromEntries(entries.map(([key, each]) => [`${name}[${key}]`, each]))
  if (explode && location === 'query') return Object.fromEntries(entries)
  return { [name]: entries.map((entry) => entry.join(explode ? '=' : separator)).join(separator) }
}

const textOf = (value: unknown) =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
