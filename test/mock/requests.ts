import { type Example, exampleNamesOf, type Operation } from '../../src/mock/operation.ts'
import { credentialFields } from '../../src/openapi/credentials.ts'

interface Part {
  examples: Example[]
}

/** Returns the names of an operation's request examples, including invalid ones. */
export const requestNames = (operation: Operation): string[] => [
  ...new Set([...(operation.body?.contents ?? []), ...operation.parameters].flatMap(exampleNamesOf)),
]

/**
 * Creates the request of one contract case. Each part takes its example with the name, or else its first one.
 * Optional parameters need an example with the name.
 */
export function exampleRequest(
  operation: Operation,
  name = 'ok',
  headers: Record<string, string> = {},
): Request {
  const { method, path, parameters, body: declared } = operation
  const pick = (part: Part) => {
    return part.examples.find((example) => example.name === name) ?? part.examples[0]
  }
  const values = (location: 'path' | 'query' | 'header') =>
    parameters.flatMap((parameter): [string, string][] => {
      const example = parameter.in === location ? pick(parameter) : undefined
      return example && (parameter.required || example.name === name)
        ? [[parameter.name, String(example.value)]]
        : []
    })
  const pathValues = new Map(values('path'))
  const url = new URL(
    path.replace(/\{([^}]+)\}/g, (_, key: string) => encodeURIComponent(pathValues.get(key) ?? '')),
    'http://mock.test',
  )
  for (const [key, value] of values('query')) url.searchParams.set(key, value)
  const [content] = declared?.contents ?? []
  const body = content && pick(content)
  return new Request(url, {
    method: method.toUpperCase(),
    headers: {
      ...Object.fromEntries(values('header')),
      ...credentials(operation),
      ...(body && { 'content-type': content.mediaType }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body.value) }),
  })
}

/** Returns the headers of the first security alternative, with the example credentials of the contract. */
export function credentials({ security = [] }: Operation): Record<string, string> {
  const { headers } = credentialFields(security[0] ?? [])
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
