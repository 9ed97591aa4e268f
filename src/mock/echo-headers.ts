import type { Context } from 'hono'
import type { Document } from '../openapi/document.ts'
import { readPattern } from '../openapi/pattern.ts'
import { schemaAt } from './body.ts'
import type { DeclaredHeader, Operation } from './operation.ts'

/**
 * Creates a reader of the headers that a response repeats from its request, such as `X-Request-ID`. These are
 * the headers that the contract declares for both.
 * @returns a function that returns their names and values; an invalid value is replaced with the contract's
 *   example
 */
export function createEchoReader(
  document: Document,
  { parameters, responses }: Operation,
): (c: Context) => [string, string][] {
  const declared = responses.flatMap(({ headers }) => headers)
  const echoed = parameters.flatMap(({ in: location, name }) => {
    const header = declared.find((other) => other.name.toLowerCase() === name.toLowerCase())
    return location === 'header' && header ? [header] : []
  })
  return ({ req }) =>
    echoed.flatMap((header): [string, string][] => {
      const { pattern, examples = [] } = header.schema === undefined ? {} : schemaAt(document, header.schema)
      const example = examples[0] ?? namedValue(header)
      const value = matchingValue(pattern, req.header(header.name)) ?? example
      return value === undefined ? [] : [[header.name, String(value)]]
    })
}

/** Replaces the example values of repeated headers, in the headers and the body of a response. */
export async function withEchoHeaders(response: Response, echo: [string, string][]): Promise<Response> {
  const { status, headers } = response
  const changed = echo.filter(([name, value]) => (headers.get(name) ?? value) !== value)
  if (changed.length === 0) return response
  let text = await response.text()
  for (const [name, value] of changed) {
    text = text.replaceAll(JSON.stringify(headers.get(name) ?? ''), () => JSON.stringify(value))
    headers.set(name, value)
  }
  return new Response(text || null, { status, headers })
}

function matchingValue(pattern: string | undefined, value: string | undefined): string | undefined {
  if (value === undefined || pattern === undefined) return undefined
  return readPattern(pattern)?.test(value) ? value : undefined
}

const namedValue = ({ examples }: DeclaredHeader) => examples.find(({ name }) => name !== undefined)?.value
