import type { Context } from 'hono'
import { type DeclaredResponse, examplesOf, type Operation } from './prism.ts'

type Header = NonNullable<DeclaredResponse['headers']>[number]

/**
 * Finds the headers that a caller may choose for the answer, such as an id of the request: those that the contract declares
 * for both.
 * @returns for a request, what they are by name; the contract's example where the request has no usable value
 */
export function createEcho({ request = {}, responses }: Operation): (c: Context) => [string, string][] {
  const answered = responses.flatMap(({ headers = [] }) => headers)
  const chosen = (request.headers ?? []).flatMap(({ name }) => {
    const header = answered.find((other) => other.name.toLowerCase() === name.toLowerCase())
    return header ? [header] : []
  })
  return ({ req }) =>
    chosen.flatMap((header): [string, string][] => {
      const value = usable(header, req.header(header.name)) ?? exampleOf(header)
      return value === undefined ? [] : [[header.name, value]]
    })
}

/** The same answer with these values in the place of the examples, in its headers as well as in its body. */
export async function withEcho(response: Response, echo: [string, string][]): Promise<Response> {
  const { status, headers } = response
  const different = echo.filter(([name, value]) => (headers.get(name) ?? value) !== value)
  if (different.length === 0) return response
  let text = await response.text()
  for (const [name, value] of different) {
    text = text.replaceAll(inJson(headers.get(name) ?? ''), () => inJson(value))
    headers.set(name, value)
  }
  return new Response(text || null, { status, headers })
}

const inJson = (text: string) => JSON.stringify(text)

function usable({ schema }: Header, value: string | undefined): string | undefined {
  const { pattern } = schema ?? {}
  return value !== undefined && pattern !== undefined && new RegExp(pattern).test(value) ? value : undefined
}

function exampleOf(header: Header): string | undefined {
  const { examples } = header.schema ?? {}
  const [first] = Array.isArray(examples) ? examples : examplesOf(header).map(({ value }) => value)
  return first === undefined ? undefined : String(first)
}
