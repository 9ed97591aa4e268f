import type { Context } from 'hono'
import { type DeclaredResponse, examplesOf, type Operation } from './prism.ts'

type Header = NonNullable<DeclaredResponse['headers']>[number]

/**
 * Finds the headers that the response repeats from the request, such as a request id: those that the contract declares
 * for both.
 * @returns reads their names and values from a request; an unusable value becomes the example of the contract
 */
export function createEchoReader({ request = {}, responses }: Operation): (c: Context) => [string, string][] {
  const declared = responses.flatMap(({ headers = [] }) => headers)
  const echoed = (request.headers ?? []).flatMap(({ name }) => {
    const header = declared.find((other) => other.name.toLowerCase() === name.toLowerCase())
    return header ? [header] : []
  })
  return ({ req }) =>
    echoed.flatMap((header): [string, string][] => {
      const value = usable(header, req.header(header.name)) ?? exampleOf(header)
      return value === undefined ? [] : [[header.name, value]]
    })
}

/** Replaces the example values of echoed headers, in the headers and in the body of a response. */
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

function usable({ schema }: Header, value: string | undefined): string | undefined {
  const { pattern } = schema ?? {}
  return value !== undefined && pattern !== undefined && new RegExp(pattern).test(value) ? value : undefined
}

function exampleOf(header: Header): string | undefined {
  const { examples } = header.schema ?? {}
  const [first] = Array.isArray(examples) ? examples : examplesOf(header).map(({ value }) => value)
  return first === undefined ? undefined : String(first)
}
