import { examplesOf, type Operation } from '../../src/mock/prism.ts'

type Part = Parameters<typeof examplesOf>[0] & { name?: string; required?: boolean }

/** Returns the names of an operation's request examples, including invalid ones. */
export const requestNames = (operation: Operation): string[] => [
  ...new Set(
    partsOf(operation)
      .flatMap(examplesOf)
      .map(({ key }) => key),
  ),
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
  const { method, path, request = {} } = operation
  const pick = (part: Part) => {
    const examples = examplesOf(part)
    return examples.find(({ key }) => key === name) ?? examples[0]
  }
  const values = (parameters: (Part & { name: string })[] = []) =>
    parameters.flatMap((parameter): [string, string][] => {
      const example = pick(parameter)
      return example && (parameter.required || example.key === name)
        ? [[parameter.name, String(example.value)]]
        : []
    })
  const pathValues = new Map(values(request.path))
  const url = new URL(
    path.replace(/\{([^}]+)\}/g, (_, key: string) => encodeURIComponent(pathValues.get(key) ?? '')),
    'http://mock.test',
  )
  for (const [key, value] of values(request.query)) url.searchParams.set(key, value)
  const [content] = request.body?.contents ?? []
  const body = content && pick(content)
  return new Request(url, {
    method: method.toUpperCase(),
    headers: {
      ...Object.fromEntries(values(request.headers)),
      ...credentials(operation),
      ...(body && { 'content-type': content.mediaType }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body.value) }),
  })
}

/** Returns the headers of the first security alternative, with the example credentials of the contract. */
export function credentials({ security = [] }: Operation): Record<string, string> {
  const [first = []] = security
  return Object.fromEntries(
    first.map((scheme) => {
      const example = String(scheme.extensions?.['x-example'])
      if (scheme.type !== 'apiKey') return ['authorization', `Bearer ${example}`]
      return scheme.in === 'cookie' ? ['cookie', `${scheme.name}=${example}`] : [scheme.name, example]
    }),
  )
}

const partsOf = ({ request = {} }: Operation): Part[] => [
  ...(request.body?.contents ?? []),
  ...(request.path ?? []),
  ...(request.query ?? []),
  ...(request.headers ?? []),
]
