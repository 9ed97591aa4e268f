/** As much of an OpenAPI document as its example answers need. */
export type ExampleDocument = { paths?: Record<string, Record<string, unknown>>; components?: object }

/** A response as the contract shows it. */
export interface ExampleResponse {
  status: number
  headers: Record<string, string | number>
  body?: unknown
}

/** An answer that the contract shows, by the name of its example; undefined where it has none. */
export interface ExampleAnswer {
  name: string | undefined
  answer: ExampleResponse
}

type Operation = { operationId?: string; responses?: Record<string, unknown> }
type Response = { headers?: Record<string, unknown>; content?: Record<string, Exemplified> }
type Exemplified = {
  required?: boolean
  example?: unknown
  examples?: Record<string, unknown>
  schema?: { const?: unknown; examples?: unknown[] }
}

/**
 * The answers that the contract of an operation shows, by status, in the order of the document.
 * @returns undefined when there is no such operation
 */
export function exampleAnswers(
  document: ExampleDocument,
  operationId: string,
): Map<number, ExampleAnswer[]> | undefined {
  const operation = Object.values(document.paths ?? {})
    .flatMap((item) => Object.values(item) as Operation[])
    .find((candidate) => candidate?.operationId === operationId)
  if (!operation) return undefined
  const responses = Object.entries(operation.responses ?? {})
  return new Map(
    responses.map(([status, node]) => [Number(status), answersOf(document, Number(status), node)]),
  )
}

function answersOf(document: ExampleDocument, status: number, node: unknown): ExampleAnswer[] {
  const { headers = {}, content = {} } = resolve<Response>(document, node)
  const fields = Object.entries(headers).map(
    ([name, header]) => [name, resolve<Exemplified>(document, header)] as const,
  )
  const [media] = Object.values(content)
  const parts = [...(media ? [media] : []), ...fields.map(([, header]) => header)]
  const names = [...new Set(parts.flatMap(({ examples = {} }) => Object.keys(examples)))]
  return (names.length > 0 ? names : [undefined]).map((name) => {
    const body = media && exampleOf(document, media, name)
    const sent = fields.flatMap(([header, about]) => {
      if (isForOthers(about, name)) return []
      const value = exampleOf(document, about, name)
      return value === undefined ? [] : [[header, typeof value === 'number' ? value : String(value)] as const]
    })
    return {
      name,
      answer: { status, headers: Object.fromEntries(sent), ...(body !== undefined && { body }) },
    }
  })
}

/** Whether a header is optional, and has examples for other answers only. */
const isForOthers = ({ required = false, examples = {} }: Exemplified, name: string | undefined): boolean =>
  !required && name !== undefined && Object.keys(examples).length > 0 && !(name in examples)

/** The example of that name, or the first one. */
function exampleOf(document: ExampleDocument, about: Exemplified, name: string | undefined): unknown {
  const { examples = {}, example, schema } = about
  const node = (name !== undefined && examples[name]) || Object.values(examples)[0]
  if (node !== undefined) return resolve<{ value?: unknown }>(document, node).value
  if (example !== undefined) return example
  const type = schema && resolve<NonNullable<Exemplified['schema']>>(document, schema)
  return type?.const ?? type?.examples?.[0]
}

/** What a node is, or what the `$ref` in its place points to inside the document (RFC 6901). */
function resolve<Node>(document: object, node: unknown): Node {
  if (typeof node !== 'object' || node === null || !('$ref' in node)) return node as Node
  const target = String(node.$ref)
    .split('/')
    .slice(1)
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined)?.[key], document)
  return resolve(document, target)
}
