/** As much of an OpenAPI document as a first command needs. */
export type Document = {
  paths: Record<string, Record<string, Operation>>
  security?: Requirement[]
  components?: { securitySchemes?: Record<string, Scheme> }
}
type Operation = { operationId?: string; security?: Requirement[]; requestBody?: RequestBody | Reference }
type Requirement = Record<string, string[]>
type RequestBody = { content: Record<string, { examples?: Record<string, { value: unknown } | Reference> }> }
type Reference = { $ref: string }
type Scheme = { type: string; in?: string; name?: string; 'x-example'?: string }

/** A line's end inside one command. */
const CONTINUED = ' \\\n  '

/** A request as it goes out; the path is the contract's. */
export type SignIn = { method: string; path: string; headers: Record<string, string>; body: string }

/**
 * The contract's own sign-in: the operation `signIn` with its first example and the example credentials that it needs.
 * @returns undefined when the contract knows no sign-in, or no example of it
 */
export function signInRequest(document: Document): SignIn | undefined {
  const [found] = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { operationId }]) => operationId === 'signIn')
      .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const body = resolve<RequestBody>(document, found?.operation.requestBody)
  const [mediaType, content] = Object.entries(body?.content ?? {})[0] ?? []
  const example = resolve<{ value: unknown }>(document, Object.values(content?.examples ?? {})[0])
  if (!found || !mediaType || !example) return undefined
  const { method, path, operation } = found
  const headers = { 'Content-Type': mediaType, ...credentials(document, operation) }
  return { method, path, headers, body: JSON.stringify(example.value) }
}

/** The command of a first sign-in, to be pasted into a POSIX shell; undefined as above. */
export function signInCommand(document: Document, baseUrl: string): string | undefined {
  const request = signInRequest(document)
  if (!request) return undefined
  return [
    `curl -X ${request.method} ${quote(baseUrl + request.path)}`,
    ...Object.entries(request.headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    `-d ${quote(request.body)}`,
  ].join(CONTINUED)
}

/** The headers of the first way to authenticate. */
function credentials({ components, security }: Document, operation: Operation): Record<string, string> {
  const [way = {}] = operation.security ?? security ?? []
  const schemes = Object.keys(way).map((name) => components?.securitySchemes?.[name])
  return Object.fromEntries(
    schemes.flatMap((scheme) => {
      const { type, in: place, name = '', 'x-example': example = '' } = scheme ?? { type: '' }
      if (type === 'http') return [['Authorization', `Bearer ${example}`]]
      if (place === 'header') return [[name, example]]
      return place === 'cookie' ? [['Cookie', `${name}=${example}`]] : []
    }),
  )
}

/** What a node is, or what the `$ref` in its place points to inside the document (RFC 6901). */
function resolve<Node extends object>(
  document: object,
  node: Node | Reference | undefined,
): Node | undefined {
  if (!node || !('$ref' in node)) return node
  let target: unknown = document
  for (const key of node.$ref.split('/').slice(1)) {
    const name = decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')
    target = new Map(Object.entries(target ?? {})).get(name)
  }
  return target as Node | undefined
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
