import type { Context } from 'hono'
import { type DeclaredResponse, examplesOf, type Operation } from './prism.ts'

type Header = NonNullable<DeclaredResponse['headers']>[number]

/**
 * Creates a reader of the headers that a response repeats from its request, such as `X-Request-ID`. These are
 * the headers that the contract declares for both.
 * @returns a function that returns their names and values; an invalid value is replaced with the contract's
 *   example
 */
export function createEchoReader({ request = {}, responses }: Operation): (c: Context) => [string, string][] {
  const declared = responses.flatMap(({ headers = [] }) => headers)
  const echoed = (request.headers ?? []).flatMap(({ name }) => {
    const header = declared.find((other) => other.name.toLowerCase() === name.toLowerCase())
    return header ? [header] : []
  })
  return ({ req }) =>
    echoed.flatMap((header): [string, string][] => {
      const value = matchingValue(header, req.header(header.name)) ?? exampleValue(header)
      return value === undefined ? [] : [[header.name, value]]
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

function matchingValue({ schema }: Header, value: string | undefined): string | undefined {
  const { pattern } = schema ?? {}
  return value !== undefined && pattern !== undefined && new RegExp(pattern).test(value) ? value : undefined
}

function exampleValue(header: Header): string | undefined {
  const { examples } = header.schema ?? {}
  const [first] = Array.isArray(examples) ? examples : examplesOf(header).map(({ value }) => value)
  return first === undefined ? undefined : String(first)
}
